import type { Database } from '@latchkey/db';
import { ensureMigrationTables, refuseForeignTables } from './ensure-migration-tables.ts';
import { findRevision } from './find-revision.ts';
import { readHistory, isCurrent, isPartlyReverted, type History } from './history.ts';
import { openMigrationJournal } from './migration-journal.ts';
import { retryUntilUnlocked, withMigrationLock } from './migration-lock.ts';
import { prepareRun } from './migrator-with-journal.ts';
import {
  refuseEditedMigration,
  refuseInterruptedMigration,
  refuseNewerSchema,
} from './require-current-schema.ts';
import { findLineage, requireOneHead } from './revision-order.ts';
import { countSteps } from './step-count.ts';

export type UpgradeOptions = {
  /** A unique prefix of a revision's name, `+N` for the next N revisions, or `head` for all. */
  to?: string;
  /** Continues an interrupted migration. */
  resume?: boolean;
  /** Called with the name of each migration before it runs. */
  onStep?: (name: string) => void;
  /** Called once when another process migrates, or has locked the file. */
  onWait?: () => void;
};

/**
 * Applies pending migrations. If several processes call it at the same time, one of them migrates and the others wait.
 * Equivalent of `flask db upgrade`.
 * @returns the names of the migrations that were applied; empty if the schema was current
 * @throws DatabaseError `newer_schema` if the database has migrations that are not in this version, `two_heads`,
 * `edited_migration`, `interrupted_migration`, `failed_migration`, `unknown_revision`
 */
export async function upgrade(
  database: Database,
  { to = 'head', resume = false, onStep, onWait = () => undefined }: UpgradeOptions = {},
): Promise<string[]> {
  if (to === 'head' && (await isUpgraded(database))) return [];
  await refuseForeignTables(database);
  const migrator = await retryUntilUnlocked({ database, onWait }, () => ensureMigrationTables(database));

  // The history is read under the lock: the process that held it before may have applied the migrations.
  return withMigrationLock(
    database,
    async (transaction) => {
      const history = await readHistory(database, transaction);
      refuseNewerSchema(database, history);
      requireOneHead(history.revisions);
      if (!resume || isPartlyReverted(history)) refuseInterruptedMigration(history);
      refuseEditedMigration(history);
      await recordMissingChecksums(database, history, transaction);
      const names = revisionsToApply(to, history);
      if (names.length === 0) return [];
      await prepareRun(
        { database, migrator, transaction },
        { resuming: resume ? 'continue' : null, direction: 'up', onStep },
      );
      const applied = await migrator.up({ migrations: names, transaction });
      return applied.map(({ name }) => name);
    },
    onWait,
  );
}

/** Needs no lock, so starting a server with a current schema does not wait for other processes. */
async function isUpgraded(database: Database): Promise<boolean> {
  const history = await readHistory(database);
  if (!isCurrent(history) || history.heads.length > 1) return false;
  const entries = await openMigrationJournal(database).entries();
  return history.revisions.every(({ name, isEdited }) => entries.has(name) && !isEdited);
}

/** Adds the current checksums of migrations that were applied before the journal existed. */
async function recordMissingChecksums(
  database: Database,
  { revisions }: History,
  transaction: object,
): Promise<void> {
  const journal = openMigrationJournal(database);
  const entries = await journal.entries(transaction);
  for (const { name, checksum, appliedAt } of revisions) {
    if (!appliedAt || entries.has(name)) continue;
    await journal.write({ name, checksum, interrupted: null }, transaction);
  }
}

/** The pending revisions up to the given one, including all its ancestors. */
function revisionsToApply(to: string, { revisions }: History): string[] {
  const pending = revisions.filter(({ appliedAt }) => !appliedAt).map(({ name }) => name);
  if (to === 'head' || to === 'heads') return pending;
  const [, steps] = /^\+(\d{1,4})$/.exec(to) ?? [];
  if (steps) return pending.slice(0, countSteps(to, steps, pending));
  const lineage = findLineage(revisions, findRevision(revisions, to).name);
  return pending.filter((name) => lineage.has(name));
}
