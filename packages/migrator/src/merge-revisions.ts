import { mergeBranches } from './generate/merge-branches.ts';
import type { Folders } from './generate/schema-state.ts';
import { findMigrationDrift } from './migration-drift.ts';

/** Merges two heads of the migrations. Equivalent of `flask db merge`. @throws DatabaseError as `mergeBranches` does */
export function mergeRevisions(
  folders: Folders,
  options: { message?: string | undefined; now?: Date } = {},
): Promise<{ name: string; heads: readonly string[] }> {
  return mergeBranches(folders, () => findMigrationDrift(folders), options);
}
