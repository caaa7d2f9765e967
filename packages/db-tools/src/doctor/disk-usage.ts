import { stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Database, Engine } from '@latchkey/db';
import { runSql, countRows } from '@latchkey/db/sql';
import { formatBytes } from '../format-bytes.ts';
import { listTables } from '../copy/tables.ts';
import { fine, note, wrong, type Finding } from './finding.ts';

/** The rows of a table, and its size with indexes in bytes; null when the size is unknown. */
export type TableSize = { table: string; rows: number; bytes: number | null };

/** Reads the sizes of the existing tables. */
export async function readTableSizes(database: Database): Promise<TableSize[]> {
  const bytes = await readSizes[database.engine](database);
  const sizes: TableSize[] = [];
  for (const { name } of listTables(database)) {
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

const readSizes: Record<Engine, (database: Database) => Promise<Map<string, number>>> = {
  // Some builds of SQLite do not have the table dbstat.
  sqlite: (database) => readBytes(database).catch(() => new Map<string, number>()),
  postgresql: readBytes,
  mysql: readBytes,
};

const megabyte = 1_000_000;
const minFree = 100 * megabyte;
const maxLog = 500 * megabyte;

/** Checks the free space of SQLite's disk. A server's disk may be on another machine. */
export async function checkFreeDisk({ engine, location }: Database): Promise<Finding[]> {
  if (engine !== 'sqlite' || location === ':memory:') {
    return [note('free disk', 'unknown', 'Check the disk of the server.')];
  }
  const { bavail, bsize } = await statfs(dirname(resolve(location)));
  const free = bavail * bsize;
  const { size } = await stat(location);
  const log = await stat(`${location}-wal`).catch(() => ({ size: 0 }));
  const sizes = `${formatBytes(free)} free; database ${formatBytes(size)}, log ${formatBytes(log.size)}`;
  return [
    free < minFree
      ? wrong('free disk', sizes, 'Free some space, because writes fail on a full disk.')
      : free < size * 2
        ? note('free disk', sizes, 'A backup or restore on this disk needs as much space as the database.')
        : fine('free disk', sizes),
    ...(log.size > maxLog
      ? [
          note(
            'log',
            formatBytes(log.size),
            'A long-running reader keeps the log from being truncated. Close that program.',
          ),
        ]
      : []),
  ];
}
