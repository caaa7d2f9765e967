import type { Database } from '../database.ts';
import { DatabaseError, isMissingTable } from '../database-error.ts';
import { runSql } from '../sql/run-sql.ts';

/** The table with the progress of a copy into the database. It exists until the copy is complete (`@latchkey/db-tools`). */
export const copyProgressTable = 'copy_progress';

/** The name of the row with the source of the copy. No table has this name. */
export const copySourceRow = '(source)';

/**
 * Rejects a database with an unfinished copy: rows are missing, and new rows could conflict with the rest of the copy.
 * @throws DatabaseError `interrupted_copy`
 */
export async function requireCompleteCopy(database: Database): Promise<void> {
  const source = await findCopySource(database);
  if (source === null) return;
  throw new DatabaseError(
    'interrupted_copy',
    `The copy from ${source} to ${database.location} was interrupted or is still running, so data is missing. ` +
      'To continue it: pnpm db copy SOURCE_URL TARGET_URL --resume. To start over, empty the database first: pnpm db reset',
  );
}

/** Returns the location of the source of an unfinished copy; null when there is none. */
async function findCopySource(database: Pick<Database, 'orm'>): Promise<string | null> {
  try {
    const sql = `select last_key from ${copyProgressTable} where name = ?`;
    const [row] = await runSql(database, sql, [copySourceRow]);
    return row ? String(row['last_key']) : null;
  } catch (error) {
    if (isMissingTable(error)) return null;
    throw error;
  }
}
