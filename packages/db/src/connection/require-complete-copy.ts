import type { Database } from '../database.ts';
import { DatabaseError } from '../database-error.ts';
import { findCopySource } from '../sql/copy-table.ts';

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
