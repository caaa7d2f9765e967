import type { Database } from '../database.ts';
import { isMissingTable } from '../database-error.ts';
import { runSql } from './run-sql.ts';

/** How far a copy into this database has come; there is no such table when no copy is running (`@latchkey/db-tools`). */
export const copyProgressTable = 'copy_progress';

/** The row that names the source of the copy. No table has this name. */
export const copySourceRow = '(source)';

/** Where the unfinished copy into this database comes from; null when there is none. */
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
