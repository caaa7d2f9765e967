import { refuseHalfCopied } from './copying/refuse-half-copied.ts';
import type { Database } from './database.ts';
import { requireCurrentSchema } from './migrating/index.ts';

/**
 * For whoever is about to use the data, and does not bring the schema up to date.
 * @throws DatabaseError when the schema is not the one this code expects, as `requireCurrentSchema` does
 * @throws KeepingError `interrupted_copy`
 */
export async function requireUsable(database: Database): Promise<void> {
  await refuseHalfCopied(database);
  await requireCurrentSchema(database);
}
