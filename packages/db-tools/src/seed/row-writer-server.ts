import type { Database } from '@latchkey/db';
import type { RowWriter } from './row-writer.ts';

/** So many rows go in one statement: the engines take 65,535 values in one, and no table here has 30 columns. */
const mostRows = 2000;

/** PostgreSQL and MySQL: few and large statements, since every one is a way to the server and back. */
export function serverRowWriter(database: Database): RowWriter {
  return {
    insertAll: (all) =>
      database.em().transactional(async (em) => {
        for (const { entity, rows } of all) {
          for (let start = 0; start < rows.length; start += mostRows) {
            await em.insertMany(entity, rows.slice(start, start + mostRows));
          }
        }
      }),
  };
}
