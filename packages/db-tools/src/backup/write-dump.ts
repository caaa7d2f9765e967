import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Database } from '@latchkey/db';
import { readAppliedRevisions, requireUsable } from '@latchkey/migrator';
import { createRowChecksum } from '../copy/row-checksum.ts';
import { openTableReader } from '../copy/open-tables.ts';
import { listTables, type Table } from '../copy/tables.ts';
import { explainErrors } from './backup-error.ts';
import { dumpFormat, dumpVersion, lastLine, type DumpHeader, type TableEnd } from './dump-format.ts';
import type { RowCounts } from './row-counts.ts';

/**
 * Writes a consistent snapshot of all tables to an existing file.
 * @param onProgress called with the number of rows written, and of all rows
 * @returns the number of rows of each table
 */
export async function writeDump(
  database: Database,
  path: string,
  onProgress: (done: number, total: number) => void,
): Promise<RowCounts> {
  await explainErrors(database.location, () => requireUsable(database));
  const counts = new Map<string, number>();
  await pipeline(
    formatLines(database, counts, onProgress),
    createGzip(),
    createWriteStream(path, { flags: 'r+' }),
  );
  return counts;
}

/** @param counts receives the number of rows of each table */
async function* formatLines(
  database: Database,
  counts: Map<string, number>,
  onProgress: (done: number, total: number) => void,
): AsyncGenerator<string> {
  const reader = await openTableReader(database);
  try {
    const tables = listTables(database);
    for (const table of tables) counts.set(table.name, await reader.count(table));
    const total = [...counts.values()].reduce((sum, rows) => sum + rows, 0);
    yield formatLine(await explainErrors(database.location, () => createHeader(database, tables, counts)));

    let done = 0;
    for (const table of tables) {
      const checksum = createRowChecksum();
      for await (const page of reader.pages(table)) {
        for (const row of page) checksum.add(row);
        yield page.map(formatLine).join('');
        onProgress((done += page.length), total);
      }
      const end: TableEnd = { end: table.name, rows: checksum.rows, checksum: checksum.value() };
      yield formatLine(end);
    }
    yield `${lastLine}\n`;
  } finally {
    await reader.close();
  }
}

const formatLine = (value: unknown): string => `${JSON.stringify(value)}\n`;

async function createHeader(
  database: Database,
  tables: readonly Table[],
  counts: RowCounts,
): Promise<DumpHeader> {
  const revisions = await readAppliedRevisions(database);
  return {
    format: dumpFormat,
    version: dumpVersion,
    engine: database.engine,
    createdAt: new Date().toISOString(),
    revisions: revisions.map(({ name }) => name),
    tables: tables.map(({ name, key, columns }) => ({
      name,
      rows: counts.get(name) ?? 0,
      key: [...key],
      columns: columns.map((column) => ({ name: column.name, kind: column.kind })),
    })),
  };
}
