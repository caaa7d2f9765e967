import type { MikroORM } from '@mikro-orm/core';
import { explainOpenError } from '../database-error.ts';
import type { Engine } from '../engine.ts';
import { driverProblem, type DriverProblem } from './driver-codes.ts';
import { runSql } from '../sql/run-sql.ts';
import { journalTable } from './orm-options.ts';
import type { FileWatch } from './sqlite-file-watch.ts';

/** Whether the database can be written to. */
export type Availability = {
  /** Remembers an outage that later reads would not meet, like a full disk. */
  noteError: (error: unknown) => void;
  /**
   * Checks that the file is in its place, and after a failed change, that changes are possible again.
   * @throws DatabaseError the outage
   */
  require: () => Promise<void>;
};

export function createAvailability(
  orm: MikroORM,
  { engine, location, files }: { engine: Engine; location: string; files: FileWatch },
): Availability {
  let failure: unknown = null;
  let trying: Promise<void> | null = null;
  return {
    noteError(error) {
      const problem = driverProblem(error);
      if (problem !== null && problemsOfChanges.includes(problem))
        failure = explainOpenError(error, location);
    },

    async require() {
      files.check();
      if (failure === null) return;
      try {
        trying ??= tryToWrite(orm, engine).finally(() => (trying = null));
        await trying;
        failure = null;
      } catch {
        throw failure;
      }
    },
  };
}

/** Problems that reads may not meet. */
const problemsOfChanges: readonly DriverProblem[] = [
  'cannotOpen',
  'diskFails',
  'diskFull',
  'fileDamaged',
  'noAccess',
  'noRights',
  'outOfMemory',
  'serverDamaged',
  'serverDiskFails',
  'serverDiskFull',
  'serverReadOnly',
];

/** Enough to need new pages of the file. */
const probeRows = 2000;

/** Writes rows and rolls back, so that nothing of them stays. @throws the driver's error */
async function tryToWrite(orm: MikroORM, engine: Engine): Promise<void> {
  const connection = orm.em.getConnection();
  const run = (sql: string, transaction?: object) => runSql({ orm }, sql, [], transaction);
  // SQLite writes the pages of a transaction to the disk at its end, or when they do not fit its cache.
  const [setting] = engine === 'sqlite' ? await run('pragma cache_size') : [];
  // The cast: MikroORM's type of a transaction is unknown.
  const transaction = (await connection.begin()) as object;
  try {
    if (setting) await run('pragma cache_size = 10', transaction);
    await run(
      `insert into ${journalTable} (name, checksum, done) ` +
        `with recursive rows_to_write (number) as (select 1 union all select number + 1 from rows_to_write where number < ${probeRows}) ` +
        `select concat('(write test) ', number), '${'x'.repeat(64)}', 0 from rows_to_write`,
      transaction,
    );
  } finally {
    await connection.rollback(transaction);
    if (setting) await run(`pragma cache_size = ${Number(setting['cache_size'])}`);
  }
}
