/** Generates, applies, reverts and compares migrations of MikroORM entities on SQLite, PostgreSQL, MySQL and MariaDB. */

// Revisions and history
export { findRevision } from './find-revision.ts';
export {
  readAppliedRevisions,
  readCurrentRevision,
  readHistory,
  isUpToDate,
  type History,
  type HistoryEntry,
} from './history.ts';
export { findHeads } from './revision-order.ts';
export { readRevisions, type Revision } from './revisions.ts';

// Generate
export { planMigration, type MigrationRequest, type PlannedMigration } from './generate/plan-migration.ts';
export { parseRename, type Rename, type RenameCandidate } from './generate/renames.ts';
export type { SchemaChange } from './generate/schema-changes.ts';
export { writeMigration } from './generate/write-migration.ts';
export { mergeRevisions } from './merge-revisions.ts';

// Apply and revert
export { downgrade, type DowngradeOptions } from './downgrade.ts';
export { ensureMigrationTables, refuseForeignTables } from './ensure-migration-tables.ts';
export { withMigrationLock } from './migration-lock.ts';
export { sqlScript } from './sql-script.ts';
export { stamp } from './stamp.ts';
export { upgrade, type UpgradeOptions } from './upgrade.ts';

// Compare and check
export { checkMigrations, type MigrationCheck } from './check-migrations.ts';
export { explainByMigrations, requireMigrations } from './missing-migration.ts';
export { readCreatedTables } from './created-tables.ts';
export { recoverySteps, requireCurrentSchema } from './require-current-schema.ts';
export { requireUsable } from './require-usable.ts';
export { findSchemaDrift, findOtherTables } from './schema-drift.ts';
