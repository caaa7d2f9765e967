import { type Database, requireCompleteCopy } from '@latchkey/db';
import { requireCurrentSchema } from './require-current-schema.ts';

/**
 * Throws unless the data can be used: the schema is current, and no copy into the database was interrupted.
 * @throws DatabaseError as `requireCurrentSchema` does, or `interrupted_copy`
 */
export async function requireUsable(database: Database): Promise<void> {
  await requireCompleteCopy(database);
  await requireCurrentSchema(database);
}
