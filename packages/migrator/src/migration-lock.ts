import { setTimeout } from 'node:timers/promises';
import { type Database, DatabaseError, type Engine } from '@latchkey/db';
import { runSql, type Row } from '@latchkey/db/sql';

export type MigrationTransaction = object;

/**
 * Runs the work in one transaction that first takes the engine's own lock, for which other processes wait. On SQLite and
 * PostgreSQL the migrations in it happen altogether or not at all; MySQL commits at every change of the schema, and has
 * the lock only.
 * @param onWait told, once, that somebody else has the lock
 * @throws DatabaseError `locked` when another process migrates for longer than ten minutes; `failed_migration` when rows
 * are left that refer to nothing
 */
export async function withMigrationLock<T>(
  database: Database,
  work: (transaction: MigrationTransaction) => Promise<T>,
  onWait: () => void = () => undefined,
): Promise<T> {
  const locking = { database, onWait };
  return database.engine === 'sqlite' ? onSqlite(locking, work) : locked(locking, work);
}

type Locking = { database: Database; onWait: () => void };

/**
 * A table that is made anew is dropped on the way, and with foreign keys that would delete what refers to its rows. They
 * cannot be switched off within a transaction, so they are before it, and are looked at before its end (SQLite,
 * "Making Other Kinds Of Table Schema Changes").
 */
async function onSqlite<T>(
  locking: Locking,
  work: (transaction: MigrationTransaction) => Promise<T>,
): Promise<T> {
  const { database } = locking;
  const connection = database.orm.em.getConnection();
  await connection.execute('pragma foreign_keys = off');
  try {
    return await locked(locking, async (transaction) => {
      const result = await work(transaction);
      const [orphan] = await runSql(database, 'pragma foreign_key_check', [], transaction);
      if (!orphan) return result;
      throw new DatabaseError(
        'failed_migration',
        `After the migration, rows of ${String(orphan['table'])} would refer to rows of ${String(orphan['parent'])} that are not there. Nothing was changed.`,
      );
    });
  } finally {
    await connection.execute('pragma foreign_keys = on');
  }
}

async function locked<T>(
  locking: Locking,
  work: (transaction: MigrationTransaction) => Promise<T>,
): Promise<T> {
  const { database, onWait } = locking;
  const connection = database.orm.em.getConnection();
  const { take, wait, release } = locks[database.engine];
  const run = (sql: string, transaction: MigrationTransaction) => runSql(database, sql, [], transaction);
  const isTaken = async (statements: readonly string[], transaction: MigrationTransaction) => {
    const rows: Row[] = [];
    for (const sql of statements) rows.push(...(await run(sql, transaction)));
    return rows.every((row) => !('got_lock' in row) || row['got_lock'] === true || row['got_lock'] === 1);
  };

  return untilFree(locking, () =>
    connection.transactional(async (transaction: MigrationTransaction) => {
      if (!(await isTaken(take, transaction))) {
        onWait();
        if (!(await isTaken(wait, transaction).catch(tooLong))) throw stillLocked(database);
      }
      try {
        const result = await work(transaction);
        // Whoever waits for the lock must find the last step noted down.
        if (release) await run('commit', transaction);
        return result;
      } finally {
        // Where the connection is gone, the lock is as well; and what went wrong before says more.
        if (release) await run(release, transaction).catch(() => undefined);
      }
    }),
  );
}

const longestWaitMs = 600_000;

/** SQLite gives up waiting for its lock after a few seconds, or at once (`busy_timeout`); a migration may take longer. */
export async function untilFree<T>({ database, onWait }: Locking, attempt: () => Promise<T>): Promise<T> {
  const end = Date.now() + longestWaitMs;
  for (let isWaiting = false; ;) {
    try {
      return await attempt();
    } catch (error) {
      const isBusy =
        error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
      if (!isBusy) throw error;
      if (Date.now() > end) throw stillLocked(database);
      if (!isWaiting) onWait();
      isWaiting = true;
      // SQLite waits without letting anything else happen in this process: signals come through here.
      await setTimeout(100);
    }
  }
}

function stillLocked({ location }: Database): DatabaseError {
  return new DatabaseError(
    'locked',
    `Another process has been migrating ${location} for ten minutes. Look what it does.`,
  );
}

/** PostgreSQL's `lock_not_available`. */
function tooLong(error: unknown): false {
  if (error instanceof Error && 'code' in error && error.code === '55P03') return false;
  throw error;
}

type Lock = {
  /** Takes it when it is free. */
  take: readonly string[];
  /** Waits for it. SQLite says with an error that it is not free. */
  wait: readonly string[];
  release?: string;
};

const locks: Record<Engine, Lock> = {
  // The first write of a transaction takes SQLite's one write lock, for which others wait; it changes no row.
  sqlite: { take: ['delete from migrations where 1 = 0'], wait: [] },
  postgresql: {
    take: ["select pg_try_advisory_xact_lock(hashtext('latchkey migrations')) as got_lock"],
    wait: [
      `set local lock_timeout = ${longestWaitMs}`,
      "select pg_advisory_xact_lock(hashtext('latchkey migrations'))",
      'set local lock_timeout to default',
    ],
  },
  // A lock's name has 64 characters at most, a database's as well.
  mysql: {
    take: ["select get_lock(concat('latchkey ', sha1(database())), 0) as got_lock"],
    wait: [`select get_lock(concat('latchkey ', sha1(database())), ${longestWaitMs / 1000}) as got_lock`],
    release: "select release_lock(concat('latchkey ', sha1(database())))",
  },
};
