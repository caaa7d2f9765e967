import type { EntitySchema } from '@mikro-orm/core';
import { pathOf, valueAt } from '../entities/embedded-objects.ts';
import { storedProperties } from '../entities/stored-properties.ts';
import type { Database } from '../database.ts';
import type { RowWriter } from './row-writer.ts';

/**
 * The engines accept no more parameters. MikroORM writes values into the text instead, whose length this bounds too: MySQL
 * refuses statements that are longer than `max_allowed_packet`.
 */
const maxValuesPerStatement = 65_535;

/** More rows per statement are not faster. */
const maxRowsPerStatement = 2000;

/** Writes to PostgreSQL and MySQL in few, large statements, because each one is a network round trip. */
export function openServerRowWriter(database: Database): RowWriter {
  return {
    insertAll: (all) =>
      database.em().transactional(async (em) => {
        for (const { entity, rows: nested } of all) {
          const rows = withoutEmbedded(database, entity, nested);
          const batch = rowsPerStatement(database, entity);
          for (let start = 0; start < rows.length; start += batch) {
            await em.insertMany(entity, rows.slice(start, start + batch));
          }
        }
      }),
  };
}

function rowsPerStatement({ orm }: Database, entity: EntitySchema): number {
  const properties = storedProperties(orm.getMetadata().get(entity.meta.class));
  const columns = properties.reduce((sum, { fieldNames }) => sum + fieldNames.length, 0);
  return Math.min(maxRowsPerStatement, Math.floor(maxValuesPerStatement / columns));
}

/** `insertMany` expects the values of an embedded object by the names of their columns' properties. */
function withoutEmbedded(
  { orm }: Database,
  entity: EntitySchema,
  rows: readonly object[],
): readonly object[] {
  const meta = orm.getMetadata().get(entity.meta.class);
  const paths = storedProperties(meta).map((property) => [property.name, pathOf(meta, property)] as const);
  if (paths.every(([, path]) => path.length === 1)) return rows;
  return rows.map((row) => Object.fromEntries(paths.map(([name, path]) => [name, valueAt(row, path)])));
}
