import {
  ReferenceKind,
  types,
  type Type,
  type EntityMetadata,
  type EntityProperty,
  type Platform,
} from '@mikro-orm/core';
import type { Database, Engine } from '@latchkey/db';
import { storedProperties } from '@latchkey/db/sql';
import { valueForm, type Kind, type ValueForm } from './row-values.ts';

export type Column = ValueForm & { readonly name: string; readonly kind: Kind };

/** Columns that name a row of another table, or of the same one. */
export type Reference = {
  readonly columns: readonly string[];
  readonly table: string;
  readonly targetColumns: readonly string[];
};

/** A table of the application, as its entities know it. */
export type Table = {
  readonly name: string;
  readonly columns: readonly Column[];
  /** The names of the columns of its primary key. */
  readonly key: readonly string[];
  readonly references: readonly Reference[];
};

/** Every table of the application, each after those that it refers to. */
export function tablesOf({ engine, orm }: Pick<Database, 'engine' | 'orm'>): Table[] {
  const platform = orm.em.getPlatform();
  const entities = [...orm.getMetadata().getAll().values()].filter(
    // Several entities in one table are all known to the first of them.
    (entity) =>
      entity.tableName && !entity.virtual && !entity.embeddable && !entity.abstract && entity.root === entity,
  );
  return inOrder(entities.map((entity) => tableOf(entity, engine, platform)));
}

function tableOf(entity: EntityMetadata, engine: Engine, platform: Platform): Table {
  const stored = storedProperties(entity);
  return {
    name: entity.tableName,
    columns: stored.flatMap((property) => columnsOf(property, engine, platform)),
    key: entity.getPrimaryProps().flatMap(({ fieldNames }) => fieldNames),
    references: stored
      .filter((property) => property.targetMeta && isReference(property))
      .map(({ fieldNames, targetMeta, referencedColumnNames }) => ({
        columns: fieldNames,
        table: targetMeta?.tableName ?? '',
        targetColumns: referencedColumnNames,
      })),
  };
}

function columnsOf(property: EntityProperty, engine: Engine, platform: Platform): Column[] {
  return property.fieldNames.map((name, index) => {
    const pointed = pointedAt(property, index);
    const kind = kindOf(pointed, property.columnTypes[index] ?? '');
    // The cast: most properties have no type of their own, which MikroORM's type does not say.
    const type = pointed.customType as Type<unknown> | undefined;
    const own = type && !isPlain(type) ? { type, platform } : undefined;
    return { name, kind, ...valueForm(engine, kind, own) };
  });
}

/** What a reference holds is of the kind of the key that it names. */
function pointedAt(property: EntityProperty, index: number): EntityProperty {
  const { targetMeta: target, referencedColumnNames } = property;
  if (!target || !isReference(property)) return property;
  const name = referencedColumnNames[index] ?? '';
  const key = target.props.find(({ fieldNames }) => (fieldNames as string[] | undefined)?.includes(name));
  return key ? pointedAt(key, key.fieldNames.indexOf(name)) : property;
}

const isReference = ({ kind }: EntityProperty): boolean =>
  kind === ReferenceKind.MANY_TO_ONE || kind === ReferenceKind.ONE_TO_ONE;

function kindOf({ runtimeType, customType }: EntityProperty, columnType: string): Kind {
  if (runtimeType === 'Date') return 'time';
  if (runtimeType === 'boolean') return 'boolean';
  if (runtimeType === 'Buffer' || runtimeType === 'Uint8Array') return 'bytes';
  if (runtimeType === 'bigint' || /^bigint|^int8/.test(columnType)) return 'bigint';
  if (/^(numeric|decimal)/.test(columnType)) return 'decimal';
  if (runtimeType === 'number') return 'number';
  const isText = runtimeType === 'string' || (runtimeType === 'unknown' && !(customType as unknown));
  return isText && !/^json/.test(columnType) ? 'text' : 'json';
}

/** Types of MikroORM's own, whose values are those of their kind. Arrays are written in another way on each engine. */
function isPlain(type: Type<unknown>): boolean {
  const all: unknown[] = Object.values(types);
  const { constructor } = type;
  return all.includes(constructor) && constructor !== types.array && constructor !== types.enumArray;
}

/** Where tables refer to each other in a circle, the one that was named first comes first. */
function inOrder(tables: readonly Table[]): Table[] {
  const waiting = tables.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const ordered: Table[] = [];
  const isWaitingFor = (table: Table) =>
    table.references.some(
      (reference) => reference.table !== table.name && waiting.some(({ name }) => name === reference.table),
    );
  while (waiting.length > 0) {
    const next = Math.max(
      0,
      waiting.findIndex((table) => !isWaitingFor(table)),
    );
    ordered.push(...waiting.splice(next, 1));
  }
  return ordered;
}
