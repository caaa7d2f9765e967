import type { Database } from '../database.ts';
import { DatabaseError } from '../database-error.ts';
import { findCopySource } from '../sql/copy-table.ts';

/**
 * Refuses a database into which a copy was begun and not finished: rows are missing, and new ones would be in its way.
 * @throws DatabaseError `interrupted_copy`
 */
export async function requireCompleteCopy(database: Database): Promise<void> {
  const source = await findCopySource(database);
  if (source === null) return;
  throw new DatabaseError(
    'interrupted_copy',
    `A copy from ${source} into ${database.location} was interrupted, or is under way: not everything is there yet. ` +
      'To go on with it: pnpm db copy SOURCE_URL TARGET_URL --resume. To begin anew, empty it first: pnpm db reset',
  );
}
