import { mergeBranches } from './generating/merge-branches.ts';
import type { Folders } from './generating/schema-state.ts';
import { driftOfReplay } from './replaying.ts';

/** Brings two ends of the migrations together. Twin of `flask db merge`; what it throws is said at `mergeBranches`. */
export function mergeRevisions(
  folders: Folders,
  options: { message?: string | undefined; now?: Date } = {},
): Promise<{ name: string; heads: readonly string[] }> {
  return mergeBranches(folders, () => driftOfReplay(folders), options);
}
