import type { Database } from '../database.ts';
import type { RowWriter } from './row-writer.ts';

/** The engines accept 65,535 values per statement, and no table has more than 30 columns. */
const maxRowsPerStatement = 2000;

/** Writes to PostgreSQL and MySQL in few, large statements, because each one is a network round trip. */
export function openServerRowWriter(database: Database): RowWriter {
  return {
    insertAll: (all) =>
      database.em().transactional(async (em) => {
        for (const { entity, rows } of all) {
          for (let start = 0; start < rows.length; start += maxRowsPerStatement) {
            await em.insertMany(entity, rows.slice(start, start + maxRowsPerStatement));
          }
        }
      }),
  };
}
