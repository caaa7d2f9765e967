import { setTimeout } from 'node:timers/promises';
import { DatabaseError } from '../database-error.ts';
import type { Engine } from '../engine.ts';
import type { Database } from '../database.ts';
import { sqlRows } from './sql-rows.ts';

export type MigrationTransaction = object;

/**
 * Runs the work in one transaction that first takes the engine's own lock, for which other processes wait. On SQLite and
 * PostgreSQL the migrations in it happen altogether or not at all; MySQL commits at every change of the schema, and has
 * the lock only.
 * @throws DatabaseError `locked` when another process migrates for longer than ten minutes; `failed_migration` when rows
 * are left that refer to nothing
 */
export async function underMigrationLock<T>(
  database: Database,
  work: (transaction: MigrationTransaction) => Promise<T>,
): Promise<T> {
  return database.engine === 'sqlite' ? onSqlite(database, work) : locked(database, work);
}

/**
 * A table that is made anew is dropped on the way, and with foreign keys that would delete what refers to its rows. They
 * cannot be switched off within a transaction, so they are before it, and are looked at before its end (SQLite,
 * "Making Other Kinds Of Table Schema Changes").
 */
async function onSqlite<T>(
  database: Database,
  work: (transaction: MigrationTransaction) => Promise<T>,
): Promise<T> {
  const connection = database.orm.em.getConnection();
  await connection.execute('pragma foreign_keys = off');
  try {
    return await locked(database, async (transaction) => {
      const result = await work(transaction);
      const [orphan] = await sqlRows(database, 'pragma foreign_key_check', [], transaction);
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
  database: Database,
  work: (transaction: MigrationTransaction) => Promise<T>,
): Promise<T> {
  const connection = database.orm.em.getConnection();
  const { take, release } = locks[database.engine];
  const run = (sql: string, transaction: MigrationTransaction) => sqlRows(database, sql, [], transaction);

  return untilFree(database, () =>
    connection.transactional(async (transaction: MigrationTransaction) => {
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

/** SQLite gives up waiting for its lock after a few seconds, or at once (`busy_timeout`); a migration may take longer. */
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
