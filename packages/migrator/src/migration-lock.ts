import { setTimeout } from 'node:timers/promises';
import { type Database, DatabaseError, type Engine } from '@latchkey/db';
import { runSql, type Row } from '@latchkey/db/sql';

export type MigrationTransaction = object;

/**
 * Runs a function in one transaction that first takes the engine's lock. Other processes wait for the lock. On SQLite and
 * PostgreSQL all migrations of the transaction are applied, or none; MySQL commits at every change of the schema, so there it
 * only holds the lock.
 * @param onWait called once when another process has the lock
 * @throws DatabaseError `locked` if another process migrates for longer than ten minutes; `failed_migration` if foreign keys
 * are violated
 */
export async function withMigrationLock<T>(
  database: Database,
  work: (transaction: MigrationTransaction) => Promise<T>,
  onWait: () => void = () => undefined,
): Promise<T> {
  const locking = { database, onWait };
  return database.engine === 'sqlite'
    ? withoutForeignKeys(locking, work)
    : inLockedTransaction(locking, work);
}

type Locking = { database: Database; onWait: () => void };

/**
 * Rebuilding a table drops it, which would delete the rows that refer to it. Foreign keys are therefore disabled. That is
 * only possible before the transaction; they are checked before it ends (SQLite, "Making Other Kinds Of Table Schema Changes").
 */
async function withoutForeignKeys<T>(
  locking: Locking,
  work: (transaction: MigrationTransaction) => Promise<T>,
): Promise<T> {
  const { database } = locking;
  const connection = database.orm.em.getConnection();
  await connection.execute('pragma foreign_keys = off');
  try {
    return await inLockedTransaction(locking, async (transaction) => {
      const result = await work(transaction);
      const [orphan] = await runSql(database, 'pragma foreign_key_check', [], transaction);
      if (!orphan) return result;
      throw new DatabaseError(
        'failed_migration',
        `After the migration, rows of ${String(orphan['table'])} would refer to missing rows of ${String(orphan['parent'])}. Nothing was changed.`,
      );
    });
  } finally {
    await connection.execute('pragma foreign_keys = on');
  }
}

async function inLockedTransaction<T>(
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

  return retryUntilUnlocked(locking, () =>
    connection.transactional(async (transaction: MigrationTransaction) => {
      if (!(await isTaken(take, transaction))) {
        onWait();
        if (!(await isTaken(wait, transaction).catch(tooLong))) throw createLockError(database);
      }
      try {
        const result = await work(transaction);
        // Committed before the lock is released, so the next process sees the last migration.
        if (release) await run('commit', transaction);
        return result;
      } finally {
        // If the connection is lost, so is the lock. An earlier error is more useful than this one.
        if (release) await run(release, transaction).catch(() => undefined);
      }
    }),
  );
}

const maxWaitMs = 600_000;

/** Retries while SQLite is locked: its `busy_timeout` is shorter than a long migration. */
export async function retryUntilUnlocked<T>(
  { database, onWait }: Locking,
  attempt: () => Promise<T>,
): Promise<T> {
  const end = Date.now() + maxWaitMs;
  for (let isWaiting = false; ;) {
    try {
      return await attempt();
    } catch (error) {
      const isBusy =
        error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
      if (!isBusy) throw error;
      if (Date.now() > end) throw createLockError(database);
      if (!isWaiting) onWait();
      isWaiting = true;
      // SQLite blocks the process while it waits. Signals are handled during this pause.
      await setTimeout(100);
    }
  }
}

function createLockError({ location }: Database): DatabaseError {
  return new DatabaseError(
    'locked',
    `Another process has been migrating ${location} for ten minutes. Check that process.`,
  );
}

/** PostgreSQL's `lock_not_available`. */
function tooLong(error: unknown): false {
  if (error instanceof Error && 'code' in error && error.code === '55P03') return false;
  throw error;
}

type Lock = {
  /** Takes the lock if it is free. */
  take: readonly string[];
  /** Waits for the lock. SQLite throws an error instead. */
  wait: readonly string[];
  release?: string;
};

const locks: Record<Engine, Lock> = {
  // The first write of a transaction takes SQLite's write lock. This statement changes no row.
  sqlite: { take: ['delete from migrations where 1 = 0'], wait: [] },
  postgresql: {
    take: ["select pg_try_advisory_xact_lock(hashtext('latchkey migrations')) as got_lock"],
    wait: [
      `set local lock_timeout = ${maxWaitMs}`,
      "select pg_advisory_xact_lock(hashtext('latchkey migrations'))",
      'set local lock_timeout to default',
    ],
  },
  // The names of locks and databases have at most 64 characters.
  mysql: {
    take: ["select get_lock(concat('latchkey ', sha1(database())), 0) as got_lock"],
    wait: [`select get_lock(concat('latchkey ', sha1(database())), ${maxWaitMs / 1000}) as got_lock`],
    release: "select release_lock(concat('latchkey ', sha1(database())))",
  },
};
