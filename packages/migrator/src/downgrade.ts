import { type Database, DatabaseError } from '@latchkey/db';
import { runSql } from '@latchkey/db/sql';
import { ensureMigrationTables } from './ensure-migration-tables.ts';
import { findRevision } from './find-revision.ts';
import { readHistory, isPartlyReverted, type History } from './history.ts';
import { withMigrationLock } from './migration-lock.ts';
import { prepareRun } from './migrator-with-journal.ts';
import { refuseInterruptedMigration, refuseNewerSchema } from './require-current-schema.ts';
import { findLineage } from './revision-order.ts';
import { countSteps } from './step-count.ts';

export type DowngradeOptions = {
  /** Reverts only the statements of an interrupted migration. */
  resume?: boolean;
  /** Called with the name of each migration before it is reverted. */
  onStep?: (name: string) => void;
  /** Called once when another process migrates, or has locked the file. */
  onWait?: () => void;
};

/**
 * Reverts migrations, the newest first. Equivalent of `flask db downgrade`.
 * @param to `-N` for the last N revisions, `base` for all, or the revision to return to
 * @returns the names of the migrations that were reverted
 * @throws DatabaseError `newer_schema`, `interrupted_migration`, `failed_migration`, `unknown_revision`
 */
export async function downgrade(
  database: Database,
  to = '-1',
  { resume = false, onStep, onWait }: DowngradeOptions = {},
): Promise<string[]> {
  const migrator = await ensureMigrationTables(database);

  return withMigrationLock(
    database,
    async (transaction) => {
      const history = await readHistory(database, transaction);
      refuseNewerSchema(database, history);
      if (!resume) refuseInterruptedMigration(history);
      const names = resume
        ? await interruptedRevision(database, history, transaction)
        : revisionsToRevert(to, history);
      if (names.length === 0) return [];
      const resuming = resume ? (isPartlyReverted(history) ? 'continue' : 'revert') : null;
      await prepareRun({ database, migrator, transaction }, { resuming, direction: 'down', onStep });
      const reverted = await migrator.down({ migrations: names, transaction });
      return reverted.map(({ name }) => name);
    },
    onWait,
  );
}

/** The interrupted migration, recorded as applied, so that it can be reverted. */
async function interruptedRevision(
  database: Database,
  { revisions }: History,
  transaction: object,
): Promise<string[]> {
  const found = revisions.find(({ interrupted }) => interrupted);
  if (!found) return [];
  if (!found.appliedAt) {
    await runSql(database, 'insert into migrations (name) values (?)', [found.name], transaction);
  }
  return [found.name];
}

/** The applied revisions that are not ancestors of the given one, the newest first. */
function revisionsToRevert(to: string, { revisions }: History): string[] {
  const applied = revisions
    .filter(({ appliedAt }) => appliedAt)
    .map(({ name }) => name)
    .reverse();
  if (to === 'base') return applied;
  const [, steps] = /^-(\d{1,4})$/.exec(to) ?? [];
  if (steps) return applied.slice(0, countSteps(to, steps, applied));
  const target = findRevision(revisions, to);
  if (!target.appliedAt) {
    throw new DatabaseError(
      'unknown_revision',
      `${target.name} is not applied in this database. To apply it: pnpm db upgrade`,
    );
  }
  const lineage = findLineage(revisions, target.name);
  return applied.filter((name) => !lineage.has(name));
}
