import type { EntitySchema } from '@mikro-orm/core';
import { pathOf, valueAt } from '../entities/embedded-objects.ts';
import { storedProperties } from '../entities/stored-properties.ts';
import type { Database } from '../database.ts';
import type { RowWriter } from './row-writer.ts';

/** The engines accept 65,535 values per statement, and no table has more than 30 columns. */
const maxRowsPerStatement = 2000;

/** Writes to PostgreSQL and MySQL in few, large statements, because each one is a network round trip. */
export function openServerRowWriter(database: Database): RowWriter {
  return {
    insertAll: (all) =>
      database.em().transactional(async (em) => {
        for (const { entity, rows: nested } of all) {
          const rows = withoutEmbedded(database, entity, nested);
          for (let start = 0; start < rows.length; start += maxRowsPerStatement) {
            await em.insertMany(entity, rows.slice(start, start + maxRowsPerStatement));
          }
        }
      }),
  };
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
