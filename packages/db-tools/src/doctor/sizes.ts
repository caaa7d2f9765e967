import { stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Database, Engine } from '@latchkey/db';
import { runSql, countRows } from '@latchkey/db/sql';
import { tablesOf } from '../copy/tables.ts';
import { fine, note, wrong, type Finding } from './finding.ts';

/** How many rows a table has, and how many bytes it takes with its indexes; null where that cannot be told. */
export type TableSize = { table: string; rows: number; bytes: number | null };

/** Tables that are not there are left out. */
export async function tableSizes(database: Database): Promise<TableSize[]> {
  const bytes = await bytesOf[database.engine](database);
  const sizes: TableSize[] = [];
  for (const { name } of tablesOf(database)) {
    const rows = await countRows(database, name);
    if (rows !== null) sizes.push({ table: name, rows, bytes: bytes.get(name) ?? null });
  }
  return sizes;
}

const sql: Record<Engine, string> = {
  sqlite:
    'select s.tbl_name as name, sum(d.pgsize) as bytes from dbstat d join sqlite_schema s on s.name = d.name ' +
    'where d.aggregate = true group by s.tbl_name',
  postgresql:
    'select relname as name, pg_total_relation_size(oid) as bytes from pg_class ' +
    "where relkind = 'r' and relnamespace = current_schema()::regnamespace",
  mysql:
    'select table_name as name, data_length + index_length as bytes from information_schema.tables ' +
    'where table_schema = database()',
};

async function readBytes(database: Database): Promise<Map<string, number>> {
  const rows = await runSql(database, sql[database.engine]);
  return new Map(rows.map((row) => [String(row['name']), Number(row['bytes'])]));
}

const bytesOf: Record<Engine, (database: Database) => Promise<Map<string, number>>> = {
  // Not every build of SQLite has the table that tells.
  sqlite: (database) => readBytes(database).catch(() => new Map<string, number>()),
  postgresql: readBytes,
  mysql: readBytes,
};

const megabyte = 1_000_000;
const leastFree = 100 * megabyte;
const largeLog = 500 * megabyte;

/** Whether there is room, where that can be seen from here: a server's disk may be another machine's. */
export async function checkRoom({ engine, location }: Database): Promise<Finding[]> {
  if (engine !== 'sqlite' || location === ':memory:') {
    return [note('free disk', 'not known from here', 'Look on the server.')];
  }
  const { bavail, bsize } = await statfs(dirname(resolve(location)));
  const free = bavail * bsize;
  const { size } = await stat(location);
  const log = await stat(`${location}-wal`).catch(() => ({ size: 0 }));
  const sizes = `${shown(free)} free, the database has ${shown(size)}, its log ${shown(log.size)}`;
  return [
    free < leastFree
      ? wrong('free disk', sizes, 'Make room: a full disk refuses every write.')
      : free < size * 2
        ? note('free disk', sizes, 'A backup on this disk, or a restore, needs as much as the database has.')
        : fine('free disk', sizes),
    ...(log.size > largeLog
      ? [
          note(
            'log',
            shown(log.size),
            'Something reads since long, so that the log cannot be emptied: close it.',
          ),
        ]
      : []),
  ];
}

const shown = (bytes: number): string => `${(bytes / megabyte).toFixed(1)} MB`;
