import { setTimeout } from 'node:timers/promises';
import { DatabaseError } from './database-error.ts';
import { knownMigrations, type Database, type Engine } from './open-database.ts';

/** One migration, as `current` shows it. */
export type Revision = { name: string; appliedAt: Date };

type Transaction = object;

/**
 * Brings the schema up to date. Of several processes doing so at once, one does the work and the others wait for it.
 * Twin of `flask db upgrade`.
 * @returns the names of the migrations that ran, none when it was up to date
 * @throws DatabaseError `newer_schema` when the database has migrations that this code does not know
 */
export async function upgrade(database: Database): Promise<string[]> {
  await refuseForeignTables(database);
  await ensureMigrationTable(database);
  await refuseNewerSchema(database);
  const applied = await inMigrationTransaction(database, (transaction) =>
    database.orm.migrator.up({ transaction: transaction as never }),
  );
  return applied.map(({ name }) => name);
}

/**
 * Takes back the last migrations. Twin of `flask db downgrade`.
 * @param steps how many; `'base'` for all
 * @returns the names of the migrations that were taken back, newest first
 */
export async function downgrade(database: Database, steps: number | 'base' = 1): Promise<string[]> {
  const applied = await database.orm.migrator.getExecuted();
  const names = applied.map(({ name }) => name).reverse();
  const chosen = steps === 'base' ? names : names.slice(0, steps);
  if (chosen.length === 0) return [];
  const reverted = await inMigrationTransaction(database, (transaction) =>
    database.orm.migrator.down({ migrations: chosen, transaction: transaction as never }),
  );
  return reverted.map(({ name }) => name);
}

/** The newest migration that has run here, or null. Twin of `flask db current`. */
export async function currentRevision(database: Database): Promise<Revision | null> {
  const last = (await appliedRevisions(database)).at(-1);
  return last ? { name: last.name, appliedAt: last.executed_at } : null;
}

/** Whether the schema is exactly the one this code expects: nothing pending, nothing unknown. */
export async function isUpToDate(database: Database): Promise<boolean> {
  const known = await knownMigrations(database.engine);
  const applied = await appliedRevisions(database);
  return known.length === applied.length && applied.every(({ name }) => known.includes(name));
}

/**
 * For whoever is about to use the data.
 * @throws DatabaseError `outdated_schema` when the schema is not the one this code expects
 */
export async function requireCurrentSchema(database: Database): Promise<void> {
  if (await isUpToDate(database)) return;
  const message = `The schema of ${database.place} is not the one this version expects. Run: pnpm db upgrade`;
  throw new DatabaseError('outdated_schema', message);
}

/** A database in which nothing was migrated, and yet there are users, is some other application's. */
async function refuseForeignTables({ orm, place }: Database): Promise<void> {
  const exists = (table: string) =>
    orm.em
      .getConnection()
      .execute(`select 1 from ${table} where 1 = 0`)
      .then(
        () => true,
        () => false,
      );
  if ((await exists('migrations')) || !(await exists('users'))) return;
  throw new DatabaseError(
    'foreign_tables',
    `${place} has a table of users that is not from here. It was left as it is: point DATABASE_URL at a database of its own.`,
  );
}

async function refuseNewerSchema(database: Database): Promise<void> {
  const known = await knownMigrations(database.engine);
  const unknown = (await appliedRevisions(database))
    .map(({ name }) => name)
    .filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new DatabaseError(
    'newer_schema',
    `${database.place} has migrations that this version does not know (${unknown.join(', ')}). ` +
      'Run the newer version of the application, or restore a backup made for this one.',
  );
}

const appliedRevisions = (database: Database) => database.orm.migrator.getExecuted();

/**
 * Runs the work in one transaction that first takes the engine's own lock. On SQLite and PostgreSQL the migrations in it
 * happen altogether or not at all; MySQL commits at every change of the schema, and has the lock only.
 * @throws DatabaseError `locked` when another process migrates for longer than ten minutes
 */
async function inMigrationTransaction<T>(
  database: Database,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const connection = database.orm.em.getConnection();
  const { take, release } = locks[database.engine];
  const run = (sql: string, transaction: Transaction): Promise<Record<string, unknown>[]> =>
    connection.execute(sql, [], 'all', transaction);

  return untilFree(database, () =>
    connection.transactional(async (transaction: Transaction) => {
      const [taken] = await run(take, transaction);
      if (taken?.['got_lock'] === 0) throw stillLocked(database);
      try {
        const result = await work(transaction);
        // Whoever waits for the lock must find the last step noted down.
        if (release) await run('commit', transaction);
        return result;
      } finally {
        if (release) await run(release, transaction);
      }
    }),
  );
}

const longestWaitMs = 600_000;

/** SQLite gives up waiting for its lock after a few seconds (`busy_timeout`); a migration may take longer. */
async function untilFree<T>(database: Database, attempt: () => Promise<T>): Promise<T> {
  const end = Date.now() + longestWaitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const isBusy = error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY';
      if (!isBusy) throw error;
      if (Date.now() > end) throw stillLocked(database);
      // SQLite waits without letting anything else happen in this process: signals come through here.
      await setTimeout(100);
    }
  }
}

function stillLocked({ place }: Database): DatabaseError {
  return new DatabaseError(
    'locked',
    `Another process has been migrating ${place} for ten minutes. Look what it does.`,
  );
}

/** Two processes may both find it missing and both make it; the one that comes second finds it there when it looks again. */
async function ensureMigrationTable({ orm }: Database): Promise<void> {
  await orm.migrator.getExecuted().catch(() => orm.migrator.getExecuted());
}

const locks: Record<Engine, { take: string; release?: string }> = {
  // The first write of a transaction takes SQLite's one write lock, for which others wait; it changes no row.
  sqlite: { take: 'delete from migrations where 1 = 0' },
  postgresql: { take: "select pg_advisory_xact_lock(hashtext('latchkey migrations'))" },
  // A lock's name has 64 characters at most, a database's as well.
  mysql: {
    take: `select get_lock(concat('latchkey ', sha1(database())), ${longestWaitMs / 1000}) as got_lock`,
    release: "select release_lock(concat('latchkey ', sha1(database())))",
  },
};
