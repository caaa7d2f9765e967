import type { Database } from '../database.ts';
import { isMissingTable } from '../database-error.ts';
import { runSql } from './run-sql.ts';

/** The table with the progress of a copy into the database, which exists only until the copy is complete (`@latchkey/db-tools`). */
export const copyProgressTable = 'copy_progress';

/** The name of the row with the source of the copy. No table has this name. */
export const copySourceRow = '(source)';

/** Returns the location of the source of an unfinished copy; null when there is none. */
export async function findCopySource(database: Pick<Database, 'orm'>): Promise<string | null> {
  try {
    const sql = `select last_key from ${copyProgressTable} where name = ?`;
    const [row] = await runSql(database, sql, [copySourceRow]);
    return row ? String(row['last_key']) : null;
  } catch (error) {
    if (isMissingTable(error)) return null;
    throw error;
  }
}
