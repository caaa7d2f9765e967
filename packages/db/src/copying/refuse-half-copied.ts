import type { Database } from '../database.ts';
import { KeepingError } from '../keeping/keeping-error.ts';
import { copyProgress } from './copy-progress.ts';

/**
 * For whoever is about to use the data: what a copy was to bring is not all there, and what is written now would be in its way.
 * @throws KeepingError `interrupted_copy`
 */
export async function refuseHalfCopied(database: Database): Promise<void> {
  const state = await copyProgress(database).read();
  if (!state) return;
  throw new KeepingError(
    'interrupted_copy',
    `A copy from ${state.source} into ${database.place} was interrupted, or is under way: not everything is there yet. ` +
      'To go on with it: pnpm db copy SOURCE_URL TARGET_URL --resume. To begin anew, empty it first: pnpm db reset',
  );
}
