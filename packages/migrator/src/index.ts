/** Migrations of MikroORM entities: generated, run, taken back and compared, on every engine. */
export { checkMigrations, type MigrationCheck } from './check-migrations.ts';
export { findRevision } from './find-revision.ts';
export { planMigration, type MigrationRequest, type PlannedMigration } from './generating/plan-migration.ts';
export { parseRename, type Rename, type RenameCandidate } from './generating/renames.ts';
export type { SchemaChange } from './generating/schema-changes.ts';
export { writeMigration } from './generating/write-migration.ts';
export {
  appliedRevisions,
  currentRevision,
  historyOf,
  isUpToDate,
  type History,
  type HistoryEntry,
} from './history.ts';
export { mergeRevisions } from './merging.ts';
export { underMigrationLock } from './migration-lock.ts';
export { requireCurrentSchema, waysOn } from './refusals.ts';
export { requireUsable } from './require-usable.ts';
export { headsOf } from './revision-order.ts';
export { readRevisions, type Revision } from './revisions.ts';
export { liveDrift, otherTables } from './schema-drift.ts';
export { sqlScript } from './sql-script.ts';
export { tablesMade } from './tables-made.ts';
export {
  downgrade,
  ensureTables,
  refuseForeignTables,
  stamp,
  upgrade,
  type DowngradeOptions,
  type UpgradeOptions,
} from './upgrading.ts';
