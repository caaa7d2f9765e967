import { setImmediate } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { BackupError } from '../backup/backup-error.ts';
import type { Database } from '@latchkey/db';
import { standardSql } from '@latchkey/db/sql';
import { readPages, pageQuery, toDriverKey } from './pages.ts';
import type { TableReader, TableWriter } from './table-access.ts';
import type { Table } from './tables.ts';

const { name } = standardSql;

/** Inserts touch random pages of the indexes. With the default cache of 16 MiB, most of the time is spent on I/O. */
const largeCacheKib = 65_536;

/** Reads a snapshot in a transaction on a separate connection. In WAL mode, it does not block writers. */
export function readSqlite({ location }: Database): TableReader {
  if (location === ':memory:') {
    throw new BackupError(
      'in_memory',
      'A database in memory cannot be read by another connection. Use a file.',
    );
  }
  const sqlite = new Sqlite(location, { readonly: true, fileMustExist: true });
  sqlite.exec('begin');
  // The snapshot starts with the first read of the transaction.
  sqlite.prepare('select 1 from sqlite_master').get();

  return {
    count: async (table) =>
      // The cast: `pluck` returns the value of the first column.
      sqlite
        .prepare(`select count(*) from ${name(table.name)}`)
        .pluck()
        .get() as number,

    pages: (table, after = null) =>
      readPages(table, after, async (last, limit) => {
        // Reading from SQLite blocks the event loop; this processes signals between pages.
        await setImmediate();
        const sql = pageQuery(table, last !== null, limit, { name, placeholder: () => '?' });
        const select = sqlite.prepare(sql).raw();
        if (hasLargeNumbers(table)) select.safeIntegers();
        // The cast: `raw` returns rows as arrays.
        return select.all(last ? toDriverKey(table, last) : []) as unknown[][];
      }),

    close: async () => void sqlite.close(),
  };
}

/** Writes in transactions on the connection of the ORM, with foreign keys off. */
export async function writeSqlite(database: Database): Promise<TableWriter> {
  // The cast: on SQLite, the native client is a better-sqlite3 database.
  const sqlite = (await database.nativeClient()) as Sqlite.Database;
  const cacheSize = Number(sqlite.pragma('cache_size', { simple: true }));
  sqlite.pragma(`cache_size = ${-largeCacheKib}`);
  sqlite.pragma('foreign_keys = off');
  // Prepared once per table, because the garbage collector does not see the memory of SQLite's statements.
  const inserts = new Map<string, Sqlite.Statement>();

  return {
    insert: (table, rows, statements = []) =>
      database.runExclusively(async () => {
        const insert = inserts.get(table.name) ?? sqlite.prepare(insertInto(table));
        inserts.set(table.name, insert);
        const write = sqlite.transaction(() => {
          for (const row of rows) {
            insert.run(table.columns.map((column, index) => column.write(row[index] ?? null)));
          }
          for (const { sql, values } of statements) sqlite.prepare(sql).run(values);
        });
        write.immediate();
      }),

    // SQLite continues after the largest key.
    finish: async () => undefined,

    close: () =>
      database.runExclusively(async () => {
        sqlite.pragma('foreign_keys = on');
        sqlite.pragma(`cache_size = ${cacheSize}`);
      }),
  };
}

const insertInto = (table: Table): string =>
  `insert into ${name(table.name)} (${table.columns.map((column) => name(column.name)).join()}) ` +
  `values (${table.columns.map(() => '?').join()})`;

const hasLargeNumbers = (table: Table): boolean => table.columns.some(({ kind }) => kind === 'bigint');
