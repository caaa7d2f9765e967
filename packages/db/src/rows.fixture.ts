import { ReferenceKind, type EntityMetadata, type EntityProperty } from '@mikro-orm/core';
import type { Database } from './database.ts';
import { storedProperties } from './entities/stored-properties.ts';

/**
 * Inserts a row into every table, with a value in every column.
 * @param key the primary key of each row, truncated to the length of the column
 */
export async function insertRowInEveryTable(
  database: Database,
  key: string = crypto.randomUUID(),
): Promise<void> {
  const waiting = [...database.orm.getMetadata().getAll().values()];
  const done = new Set<string>();
  while (waiting.length > 0) {
    const next = waiting.findIndex((meta) => listReferences(meta).every(({ type }) => done.has(type)));
    const [meta] = waiting.splice(next, 1);
    if (!meta || next < 0) throw new Error('The references between tables have a cycle.');
    const row = Object.fromEntries(
      storedProperties(meta).map((property) => [property.name, valueOf(property, key)]),
    );
    await database.em().insert(meta.class, row);
    done.add(meta.className);
  }
}

const listReferences = (meta: EntityMetadata) => storedProperties(meta).filter(isReference);

const isReference = ({ kind }: EntityProperty) =>
  kind === ReferenceKind.MANY_TO_ONE || kind === ReferenceKind.ONE_TO_ONE;

/** Returns the primary key of a table's row: an array for several columns. */
function keyOf(meta: EntityMetadata, key: string): unknown {
  const [first, ...others] = meta.getPrimaryProps().map((property) => valueOf(property, key));
  return others.length > 0 ? [first, ...others] : first;
}

function valueOf(property: EntityProperty, key: string): unknown {
  if (isReference(property) && property.targetMeta) return keyOf(property.targetMeta, key);
  switch (property.runtimeType) {
    case 'Date':
      return new Date(Date.UTC(2026, 0, 31, 12, 30, 15, 250));
    case 'boolean':
      return true;
    case 'number':
      return 7;
    default:
      return property.primary ? key : `${property.name} ${key}`.slice(0, property.length ?? 100);
  }
}
