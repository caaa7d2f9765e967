import type { EntitySchema } from '@mikro-orm/core';
import type { Database } from '../database.ts';
import type { RowOf } from '../entities/records.ts';
import { storedProperties } from '../entities/stored-properties.ts';

/** Fills, in place, the columns that a row of an entity lacks. */
export type CompleteRow = <S extends EntitySchema>(entity: S, row: Partial<RowOf<S>>) => RowOf<S>;

/**
 * Returns a function that completes rows as creating an entity does: with computed values, defaults and null. It throws a
 * TypeError when a column has none of them.
 */
export function createRowCompleter(database: Database): CompleteRow {
  const known = new Map<EntitySchema, Fill[]>();
  return (entity, row) => {
    let fills = known.get(entity);
    if (!fills) known.set(entity, (fills = createFills(database, entity)));
    for (const fill of fills) fill(row);
    // The cast: it has all of them now.
    return row as RowOf<typeof entity>;
  };
}

type Fill = (row: Record<string, unknown>) => void;

function createFills(database: Database, entity: EntitySchema): Fill[] {
  const em = database.em();
  const meta = database.orm.getMetadata().get(entity.meta.class);
  return storedProperties(meta).map(({ name, onCreate, default: value, nullable }) => (row) => {
    if (row[name] !== undefined) return;
    // Hooks read values only, which a row has by the same names.
    if (onCreate) row[name] = onCreate(row, em);
    else if (value !== undefined) row[name] = value;
    else if (nullable) row[name] = null;
    else throw new TypeError(`A row of ${meta.tableName} has no value for ${name}, which is required.`);
  });
}
