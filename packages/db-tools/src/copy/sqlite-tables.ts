import { setImmediate } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { BackupError } from '../backup/backup-error.ts';
import type { Database } from '@latchkey/db';
import { standardSql } from '@latchkey/db/sql';
import { pagesOf, selectPage, storedKey } from './pages.ts';
import type { Row } from './row-values.ts';
import type { TableReader, TableWriter } from './table-access.ts';
import type { Table } from './tables.ts';

const { name } = standardSql;

/** Indexes are written here and there: with the usual 16 MiB, most of the time goes into that. */
const largeCacheKib = 65_536;

/** A connection of its own, whose open transaction sees one state; writers go on beside it (WAL). */
export function readSqlite({ location }: Database): TableReader {
  if (location === ':memory:') {
    throw new BackupError(
      'in_memory',
      'A database in memory ends with its process: nothing else can read it.',
    );
  }
  const sqlite = new Sqlite(location, { readonly: true, fileMustExist: true });
  sqlite.exec('begin');
  // A transaction sees what is there when it first reads.
  sqlite.prepare('select 1 from sqlite_master').get();

  return {
    count: async (table) =>
      // The cast: `pluck` makes one value of a row.
      sqlite
        .prepare(`select count(*) from ${name(table.name)}`)
        .pluck()
        .get() as number,

    pages: (table, after = null) =>
      pagesOf(table, after, async (last, limit) => {
        // SQLite reads without letting anything else happen: signals come through here.
        await setImmediate();
        const sql = selectPage(table, last !== null, limit, { name, placeholder: () => '?' });
        const select = sqlite.prepare(sql).raw();
        if (hasLargeNumbers(table)) select.safeIntegers();
        // The cast: `raw` makes arrays of rows.
        return select.all(last ? storedKey(table, last) : []) as unknown[][];
      }),

    close: async () => void sqlite.close(),
  };
}

export async function writeSqlite(database: Database): Promise<TableWriter> {
  // The cast: MikroORM's connection to SQLite is better-sqlite3's.
  const sqlite = (await database.nativeClient()) as Sqlite.Database;
  const cacheSize = Number(sqlite.pragma('cache_size', { simple: true }));
  sqlite.pragma(`cache_size = ${-largeCacheKib}`);
  sqlite.pragma('foreign_keys = off');
  // Prepared once for a table: what SQLite holds of statements is not seen by the garbage collector.
  const inserts = new Map<string, Sqlite.Statement>();

  return {
    insert: (table, rows, notes = []) =>
      database.runExclusively(async () => {
        const insert = inserts.get(table.name) ?? sqlite.prepare(insertInto(table));
        inserts.set(table.name, insert);
        const write = sqlite.transaction((some: readonly Row[]) => {
          for (const row of some) {
            insert.run(table.columns.map((column, index) => column.write(row[index] ?? null)));
          }
          for (const note of notes) sqlite.prepare(note.sql).run(note.values);
        });
        write.immediate(rows);
      }),

    // SQLite counts on from the largest key that there is.
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
