import type { EntityProperty, EntitySchema } from '@mikro-orm/core';
import type { Database } from '../database.ts';
import type { RowOf } from '../entities/records.ts';
import { propertiesWithin } from '../entities/embedded-objects.ts';
import { rowProperties } from '../entities/stored-properties.ts';

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

type Values = Record<string, unknown>;

type Fill = (row: Values) => void;

function createFills(database: Database, entity: EntitySchema): Fill[] {
  const em = database.em();
  const meta = database.orm.getMetadata().get(entity.meta.class);
  const missing = (name: string) =>
    new TypeError(`A row of ${meta.tableName} has no value for ${name}, which is required.`);

  const fillOf = (name: string, property: EntityProperty): Fill => {
    const { onCreate, default: value, nullable } = property;
    const within = property.object ? null : propertiesWithin(property);
    const fillsWithin = within?.map(([inner, its]) => fillOf(inner, its));
    return (row) => {
      if (fillsWithin && (row[name] ?? (nullable ? null : {})) !== null) {
        // The cast: it is an embedded object. A copy, because the caller may have given the same one to several rows.
        const object = { ...(row[name] as Values | undefined) };
        for (const fill of fillsWithin) fill(object);
        row[name] = object;
        return;
      }
      if (row[name] !== undefined) return;
      // Hooks read values only, which a row has by the same names.
      if (onCreate) row[name] = onCreate(row, em);
      else if (value !== undefined) row[name] = value;
      else if (nullable) row[name] = null;
      else throw missing(property.name);
    };
  };
  return rowProperties(meta).map((property) => fillOf(property.name, property));
}
