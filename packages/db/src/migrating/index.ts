export { missingChanges } from './generating/check-migrations.ts';
export { planMigration, type MigrationRequest, type PlannedMigration } from './generating/plan-migration.ts';
export { parseRename, type Rename, type RenameCandidate } from './generating/renames.ts';
export type { SchemaChange } from './generating/schema-changes.ts';
export { writeMigration } from './generating/write-migration.ts';
export { findRevision } from './find-revision.ts';
export {
  currentRevision,
  historyOf,
  isUpToDate,
  requireCurrentSchema,
  type History,
  type HistoryEntry,
} from './history.ts';
export { mergeRevisions } from './merging.ts';
export { headsOf } from './revision-order.ts';
export { ourMigrations, readRevisions, type Revision } from './revisions.ts';
export { liveDrift } from './schema-drift.ts';
export { sqlScript } from './sql-script.ts';
export { downgrade, stamp, upgrade, type DowngradeOptions, type UpgradeOptions } from './upgrading.ts';
