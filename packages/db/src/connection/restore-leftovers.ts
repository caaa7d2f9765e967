import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Database } from '../database.ts';
import type { Engine } from '../engine.ts';
import { mysqlSql, standardSql } from '../sql/dialects.ts';

// A restore loads a backup into a database of its own, which has all password hashes of the backup (`@latchkey/db-tools`). A killed
// restore leaves it.

/** Leaves room for the suffixes: a name has at most 63 bytes in PostgreSQL, and 64 characters in MySQL. */
const maxPrefixLength = 30;

/** The beginning of the names of what a restore creates on a server. */
export const restorePrefix = (database: string): string => database.slice(0, maxPrefixLength);

/** A new name for the file that a restore fills. */
export const stagingFile = (path: string): string => `${path}.restoring-${randomDigits()}`;

/** A new name for the database on a server that a restore fills. */
export const stagingDatabase = (database: string): string =>
  `${restorePrefix(database)}_restoring_${randomDigits()}`;

const randomDigits = () => randomBytes(4).toString('hex');

/** The suffixes of the files that SQLite creates next to a database. */
export const sidecarSuffixes: readonly string[] = ['-journal', '-wal', '-shm'];

/** Runs a statement on a server. */
type Run = (sql: string) => Promise<readonly Record<string, unknown>[]>;

/**
 * The statement that marks a database as being filled, as long as the connection of the restore is open. It takes a lock that every
 * connection to the server can see.
 */
export const markStaging: Record<Exclude<Engine, 'sqlite'>, (staging: string) => string> = {
  postgresql: (staging) => `select pg_advisory_lock(${lockKeys(staging)})`,
  mysql: (staging) => `select get_lock(${mysqlSql.text(lockName(staging))}, 10)`,
};

const lockName = (staging: string) => `restore ${staging}`;
const lockKeys = (staging: string) => `hashtext('latchkey restore'), hashtext(${standardSql.text(staging)})`;

/**
 * Removes the files or databases of killed restores, and none of a restore that is running.
 * @returns their names
 */
export async function removeRestoreLeftovers(database: Database): Promise<string[]> {
  const run: Run = (sql) => database.execute(sql, []);
  if (database.engine !== 'sqlite') {
    const [row] = await run(queries[database.engine].current);
    return removeStagingDatabases(database.engine, String(row?.['name']), run);
  }
  const found = findStagingFiles(database.location);
  // A running restore has locked the database before it created its file, so that this would fail.
  if (found.length > 0) await run('select 1 from sqlite_schema limit 1');
  removeFiles(found);
  return found;
}

/** The files of other restores to a SQLite database. */
export function findStagingFiles(path: string): string[] {
  const [folder, prefix] = [dirname(path), `${basename(path)}.restoring-`];
  if (path === ':memory:' || !existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^[0-9a-f]{8}$/.test(name.slice(prefix.length)))
    .map((name) => join(folder, name));
}

/** Removes SQLite databases, with the files next to them. */
export function removeFiles(paths: readonly string[]): void {
  for (const path of paths) {
    for (const suffix of ['', ...sidecarSuffixes]) rmSync(path + suffix, { force: true });
  }
}

/** Drops what killed restores of a database have left on its server. @returns their names */
export async function removeStagingDatabases(
  engine: Exclude<Engine, 'sqlite'>,
  database: string,
  run: Run,
): Promise<string[]> {
  const { list, isInUse, drop } = queries[engine];
  const prefix = `${restorePrefix(database)}_restoring_`;
  const names = (await run(list)).map(({ name }) => String(name));
  const removed = [];
  for (const name of names) {
    if (!name.startsWith(prefix) || !/^[0-9a-f]{8}$/.test(name.slice(prefix.length))) continue;
    if ((await run(isInUse(name))).length > 0) continue;
    await run(drop(name));
    removed.push(name);
  }
  return removed;
}

/** A database is in use while its restore holds the lock, or a program is connected that the restore has started. */
const queries = {
  postgresql: {
    current: 'select current_database() as name',
    list: "select datname as name from pg_database where datname like '%restoring%'",
    isInUse: (name: string) =>
      "select 1 as found from pg_locks where locktype = 'advisory' and objsubid = 2 and " +
      `classid = hashtext('latchkey restore')::oid and objid = hashtext(${standardSql.text(name)})::oid ` +
      `union all select 1 from pg_stat_activity where datname = ${standardSql.text(name)}`,
    drop: (name: string) => `drop database if exists ${standardSql.name(name)}`,
  },
  mysql: {
    current: 'select database() as name',
    list: "select schema_name as name from information_schema.schemata where schema_name like '%restoring%'",
    isInUse: (name: string) =>
      `select 1 as found from (select 1 as one) as single where is_free_lock(${mysqlSql.text(lockName(name))}) = 0 ` +
      `union all select 1 from information_schema.processlist where db = ${mysqlSql.text(name)}`,
    drop: (name: string) => `drop database if exists ${mysqlSql.name(name)}`,
  },
};
