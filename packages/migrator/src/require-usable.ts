import { type Database, requireCompleteCopy } from '@latchkey/db';
import { requireCurrentSchema } from './refusals.ts';

/**
 * For whoever is about to use the data, and does not bring the schema up to date.
 * @throws DatabaseError when the schema is not the one this code expects, as `requireCurrentSchema` does
 * @throws BackupError `interrupted_copy`
 */
export async function requireUsable(database: Database): Promise<void> {
  await requireCompleteCopy(database);
  await requireCurrentSchema(database);
}
