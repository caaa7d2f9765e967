import { type Database, DatabaseError } from '@latchkey/db';
import { runSql, isMissingTable } from '@latchkey/db/sql';
import { findRevision } from './find-revision.ts';
import { historyOf, isCurrent, type History } from './history.ts';
import { createMigrator, type JournalledMigrator, type Resuming } from './journalled-migrator.ts';
import { migrationJournal, type Direction } from './migration-journal.ts';
import { underMigrationLock, untilFree } from './migration-lock.ts';
import { lineageOf, requireOneHead } from './revision-order.ts';
import { refuseEdited, refuseInterrupted, refuseNewer } from './refusals.ts';
import { readRevisions, type Revision } from './revisions.ts';

export type UpgradeOptions = {
  /** A revision by any beginning of its name, `+N` for the next N, `head` for all. */
  to?: string;
  /** Goes on where a migration was interrupted. */
  resume?: boolean;
  /** Told of each step before it runs. */
  onStep?: (name: string) => void;
  /** Told when it has to wait, since another process migrates, or has locked the file. */
  onWait?: () => void;
};

export type DowngradeOptions = {
  /** Takes back what an interrupted migration has done of its step, and nothing else. */
  resume?: boolean;
  onStep?: (name: string) => void;
  onWait?: () => void;
};

/**
 * Brings the schema up to date. Of several processes doing so at once, one does the work and the others wait for it.
 * Twin of `flask db upgrade`.
 * @returns the names of the migrations that ran, none when it was up to date
 * @throws DatabaseError `newer_schema` when the database has migrations that this code does not know, `two_heads`,
 * `edited_migration`, `interrupted_migration`, `failed_migration`, `unknown_revision`
 */
export async function upgrade(
  database: Database,
  { to = 'head', resume = false, onStep, onWait = () => undefined }: UpgradeOptions = {},
): Promise<string[]> {
  if (to === 'head' && (await isSettled(database))) return [];
  await refuseForeignTables(database);
  const migrator = await untilFree({ database, onWait }, () => ensureTables(database));

  // What has run is asked once the lock is held: whoever had it before has done the work, perhaps.
  return underMigrationLock(
    database,
    async (transaction) => {
      const history = await historyOf(database, transaction);
      refuseNewer(database, history);
      requireOneHead(history.revisions);
      if (!resume || isHalfDown(history)) refuseInterrupted(history);
      refuseEdited(history);
      await noteChecksums(database, history, transaction);
      const names = upTo(to, history);
      if (names.length === 0) return [];
      const telling = onStep && { onStep, when: 'up' as const };
      await prepareRun({ database, migrator, transaction }, resume ? 'going_on' : null, telling);
      const applied = await migrator.up({ migrations: names, transaction: transaction });
      return applied.map(({ name }) => name);
    },
    onWait,
  );
}

/** Whether there is nothing to do, which can be seen without a lock: a site that starts waits for nobody. */
async function isSettled(database: Database): Promise<boolean> {
  const history = await historyOf(database);
  if (!isCurrent(history) || history.heads.length > 1) return false;
  const entries = await migrationJournal(database).entries();
  return history.revisions.every(({ name, isEdited }) => entries.has(name) && !isEdited);
}

const isHalfDown = ({ revisions }: History): boolean =>
  revisions.some(({ interrupted }) => interrupted?.direction === 'down');

/**
 * Takes migrations back, the newest first. Twin of `flask db downgrade`.
 * @param to `-N` for the last N, `base` for all, or the revision that is to be the last one
 * @returns the names of the migrations that were taken back
 * @throws DatabaseError `newer_schema`, `interrupted_migration`, `failed_migration`, `unknown_revision`
 */
export async function downgrade(
  database: Database,
  to = '-1',
  { resume = false, onStep, onWait }: DowngradeOptions = {},
): Promise<string[]> {
  const migrator = await ensureTables(database);

  return underMigrationLock(
    database,
    async (transaction) => {
      const history = await historyOf(database, transaction);
      refuseNewer(database, history);
      if (!resume) refuseInterrupted(history);
      const names = resume ? await halfDone(database, history, transaction) : downTo(to, history);
      if (names.length === 0) return [];
      const resuming = resume ? (isHalfDown(history) ? 'going_on' : 'taking_back') : null;
      const telling = onStep && { onStep, when: 'down' as const };
      await prepareRun({ database, migrator, transaction }, resuming, telling);
      const reverted = await migrator.down({ migrations: names, transaction: transaction });
      return reverted.map(({ name }) => name);
    },
    onWait,
  );
}

/**
 * Notes that the schema is at a revision, and changes nothing of it: for a database that came to be in another way.
 * What was edited counts as it is now. Twin of `flask db stamp`.
 * @param to a revision, `head` or `base`
 * @param options.purge also forgets what only a newer version knows, and that a migration was interrupted
 * @returns the revisions that count as having run
 * @throws DatabaseError `newer_schema` and `interrupted_migration`, unless they are to be forgotten; `two_heads`,
 * `unknown_revision`
 */
export async function stamp(
  database: Database,
  to: string,
  { purge = false }: { purge?: boolean } = {},
): Promise<{ names: string[] }> {
  await ensureTables(database);
  const revisions = await readRevisions(database.engine, database.migrationsFolder);
  const stamped = stampedBy(to, revisions);
  const journal = migrationJournal(database);

  return underMigrationLock(database, async (transaction) => {
    if (!purge) {
      const history = await historyOf(database, transaction);
      refuseNewer(database, history);
      refuseInterrupted(history);
    }
    await runSql(database, 'delete from migrations', [], transaction);
    await runSql(database, 'delete from migration_journal', [], transaction);
    const chosen = revisions.filter(({ name }) => stamped.has(name));
    for (const { name, checksum } of chosen) {
      await runSql(database, 'insert into migrations (name) values (?)', [name], transaction);
      await journal.write({ name, checksum, interrupted: null }, transaction);
    }
    return { names: chosen.map(({ name }) => name) };
  });
}

/** What ran before there was a journal counts as it is now. */
async function noteChecksums(database: Database, { revisions }: History, transaction: object): Promise<void> {
  const journal = migrationJournal(database);
  const entries = await journal.entries(transaction);
  for (const { name, checksum, appliedAt } of revisions) {
    if (!appliedAt || entries.has(name)) continue;
    await journal.write({ name, checksum, interrupted: null }, transaction);
  }
}

function stampedBy(to: string, revisions: readonly Revision[]): ReadonlySet<string> {
  if (to === 'base') return new Set();
  if (to === 'head') {
    requireOneHead(revisions);
    return new Set(revisions.map(({ name }) => name));
  }
  return lineageOf(revisions, findRevision(revisions, to).name);
}

/** Tells a migrator what is to be known of this run. */
export async function prepareRun(
  {
    database,
    migrator,
    transaction,
  }: { database: Database; migrator: JournalledMigrator; transaction: object },
  resuming: Resuming | null,
  telling?: { onStep: (name: string) => void; when: Direction },
): Promise<void> {
  const revisions = await readRevisions(database.engine, database.migrationsFolder);
  const journal = migrationJournal(database);
  const entries = [...(await journal.entries(transaction)).values()];
  migrator.run = {
    checksums: new Map(revisions.map(({ name, checksum }) => [name, checksum])),
    interrupted: entries.find(({ interrupted }) => interrupted) ?? null,
    resuming,
    engine: database.engine,
    journal,
  };
  if (telling) {
    migrator.on(telling.when === 'up' ? 'migrating' : 'reverting', ({ name }) => {
      telling.onStep(name);
      return Promise.resolve();
    });
  }
}

/** @throws DatabaseError where there are fewer, but some: whoever counts wrongly means another revision */
function stepsOf(to: string, digits: string, names: readonly string[]): number {
  const steps = Number(digits);
  if (steps <= names.length || names.length === 0) return steps;
  const those = to.startsWith('+') ? 'pending' : 'there to be taken back';
  throw new DatabaseError(
    'unknown_revision',
    `Found ${to}, and ${names.length === 1 ? 'one migration is' : `${names.length} migrations are`} ${those}. Nothing was changed.`,
  );
}

/** The pending ones up to the one that is meant, with all that it builds on. */
function upTo(to: string, { revisions }: History): string[] {
  const pending = revisions.filter(({ appliedAt }) => !appliedAt).map(({ name }) => name);
  if (to === 'head' || to === 'heads') return pending;
  const [, steps] = /^\+(\d{1,4})$/.exec(to) ?? [];
  if (steps) return pending.slice(0, stepsOf(to, steps, pending));
  const wanted = lineageOf(revisions, findRevision(revisions, to).name);
  return pending.filter((name) => wanted.has(name));
}

/** Those that have run and are not part of what is to stay, the newest first. */
function downTo(to: string, { revisions }: History): string[] {
  const applied = revisions
    .filter(({ appliedAt }) => appliedAt)
    .map(({ name }) => name)
    .reverse();
  if (to === 'base') return applied;
  const [, steps] = /^-(\d{1,4})$/.exec(to) ?? [];
  if (steps) return applied.slice(0, stepsOf(to, steps, applied));
  const target = findRevision(revisions, to);
  if (!target.appliedAt) {
    throw new DatabaseError(
      'unknown_revision',
      `${target.name} has not run here. To go there: pnpm db upgrade`,
    );
  }
  const staying = lineageOf(revisions, target.name);
  return applied.filter((name) => !staying.has(name));
}

/**
 * The one that was interrupted, as if it had run whole: taken back, what there is of it goes.
 */
async function halfDone(database: Database, { revisions }: History, transaction: object): Promise<string[]> {
  const half = revisions.find(({ interrupted }) => interrupted);
  if (!half) return [];
  if (!half.appliedAt) {
    await runSql(database, 'insert into migrations (name) values (?)', [half.name], transaction);
  }
  return [half.name];
}

/**
 * A database in which nothing was migrated, and yet there are users, is some other application's.
 * @throws DatabaseError `foreign_tables`
 */
export async function refuseForeignTables(database: Database): Promise<void> {
  if ((await isThere(database, 'migrations')) || !(await isThere(database, 'users'))) return;
  throw new DatabaseError(
    'foreign_tables',
    `${database.location} has a table of users that is not from here. It was left as it is: point DATABASE_URL at a database of its own.`,
  );
}

async function isThere(database: Database, table: string): Promise<boolean> {
  try {
    await runSql(database, `select 1 from ${table} where 1 = 0`);
    return true;
  } catch (error) {
    if (isMissingTable(error)) return false;
    throw error;
  }
}

/**
 * Makes the tables of the migrations where they are missing. Two processes may both find them missing and both make them; the
 * one that comes second finds them when it looks again.
 * @returns the migrator, which has looked at them: on SQLite it could not within a transaction
 */
export async function ensureTables(database: Database): Promise<JournalledMigrator> {
  const revisions = await readRevisions(database.engine, database.migrationsFolder);
  const migrator = createMigrator(database, revisions);
  await migrator.getExecuted().catch(() => migrator.getExecuted());
  const journal = migrationJournal(database);
  await journal.ensureTable().catch(() => journal.ensureTable());
  return migrator;
}
