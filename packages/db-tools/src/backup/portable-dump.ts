import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { keptIn, sumUp } from '../copy/copy-database.ts';
import { rowChecksum, type RowChecksum } from '../copy/row-checksum.ts';
import { kinds, valueForm, type Kind, type Row } from '../copy/row-values.ts';
import { readTables, writeTables } from '../copy/table-data.ts';
import { tablesOf, type Table } from '../copy/tables.ts';
import type { Database, Engine } from '@latchkey/db';
import { appliedRevisions, requireUsable } from '@latchkey/migrator';
import { explained, BackupError } from './backup-error.ts';
import type { RowCounts } from './sqlite-backup.ts';

/**
 * A dump that is the same from every engine and for every engine: JSON lines, compressed with gzip. The header comes
 * first; then each table's rows as arrays of values, and behind them a line with their number and checksum; and a line
 * that says that this was all.
 */
export type DumpHeader = {
  format: typeof format;
  version: number;
  /** Where it comes from. */
  engine: Engine;
  createdAt: string;
  /** The migrations that had run, the first one first. */
  revisions: string[];
  tables: DumpedTable[];
};

type DumpedTable = { name: string; rows: number; key: string[]; columns: { name: string; kind: Kind }[] };

type TableEnd = { end: string; rows: number; checksum: string };

const format = 'latchkey-dump';
const version = 1;
const lastLine = '{"complete":true}';

/** @param onProgress is told of how many rows are written, of how many */
export async function writeDump(
  database: Database,
  path: string,
  onProgress: (done: number, total: number) => void,
): Promise<RowCounts> {
  await explained(database.location, () => requireUsable(database));
  const counts = new Map<string, number>();
  await pipeline(
    linesOf(database, counts, onProgress),
    createGzip(),
    createWriteStream(path, { flags: 'r+' }),
  );
  return counts;
}

/** All lines of a dump, as everything is at one moment. @param counts is filled with how many rows each table has */
async function* linesOf(
  database: Database,
  counts: Map<string, number>,
  onProgress: (done: number, total: number) => void,
): AsyncGenerator<string> {
  const reader = await readTables(database);
  try {
    const tables = tablesOf(database);
    for (const table of tables) counts.set(table.name, await reader.count(table));
    const total = [...counts.values()].reduce((sum, rows) => sum + rows, 0);
    yield line(await explained(database.location, () => headerOf(database, tables, counts)));

    let done = 0;
    for (const table of tables) {
      const checksum = rowChecksum();
      for await (const page of reader.pages(table)) {
        for (const row of page) checksum.add(row);
        yield page.map(line).join('');
        onProgress((done += page.length), total);
      }
      yield line({ end: table.name, rows: checksum.rows, checksum: checksum.value() } satisfies TableEnd);
    }
    yield `${lastLine}\n`;
  } finally {
    await reader.close();
  }
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

async function headerOf(
  database: Database,
  tables: readonly Table[],
  counts: RowCounts,
): Promise<DumpHeader> {
  const revisions = await appliedRevisions(database);
  return {
    format,
    version,
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

/**
 * Reads a dump to its end, and makes sure that it is whole.
 * @returns how many rows each table has
 * @throws BackupError `other_version`, `damaged`, `not_a_backup`
 */
export async function checkDump(path: string): Promise<RowCounts> {
  return eachPage(path, async () => undefined);
}

/** @throws BackupError as `checkDump` does */
export async function readDumpHeader(path: string): Promise<DumpHeader> {
  for await (const text of linesIn(path)) return parseHeader(text, path);
  throw damaged(path, 'it is empty');
}

/**
 * Fills the tables of an empty database, whose schema is that of the dump, and makes sure that all is there.
 * @throws BackupError as `checkDump` does; `does_not_fit`, `differs`
 */
export async function loadDump(path: string, database: Database): Promise<RowCounts> {
  const known = new Map(tablesOf(database).map((table) => [table.name, table]));
  const { tables } = await readDumpHeader(path);
  const filled = new Map(
    tables.map((table) => [table.name, tableOf(table, database.engine, known.get(table.name))]),
  );
  const sums = new Map([...filled.keys()].map((name) => [name, rowChecksum()]));

  const writer = await writeTables(database);
  try {
    await eachPage(path, async (name, page) => {
      const table = filled.get(name);
      if (!table) return;
      const kept = keptIn(table);
      for (const row of page) sums.get(name)?.add(kept(row));
      await writer.insert(table, page);
    });
    for (const table of filled.values()) await writer.finish(table);
  } finally {
    await writer.close();
  }
  return compare(database, [...filled.values()], sums);
}

/**
 * A dump may be older than the entities, and so is the schema then that it is written to: a column that these do not
 * know, or know as one of another kind, is written as it was of its kind.
 */
function tableOf(dumped: DumpedTable, engine: Engine, known: Table | undefined): Table {
  return {
    name: dumped.name,
    key: dumped.key,
    references: [],
    columns: dumped.columns.map(
      ({ name, kind }) =>
        known?.columns.find((column) => column.name === name && column.kind === kind) ?? {
          name,
          kind,
          ...valueForm(engine, kind),
        },
    ),
  };
}

async function compare(
  database: Database,
  tables: readonly Table[],
  sums: ReadonlyMap<string, RowChecksum>,
): Promise<RowCounts> {
  const reader = await readTables(database);
  try {
    const counts = new Map<string, number>();
    for (const table of tables) {
      const checksum = await sumUp(reader, table);
      if (checksum.value() !== sums.get(table.name)?.value()) {
        throw new BackupError(
          'differs',
          `The table ${table.name} is not what the backup has, after it was read.`,
        );
      }
      counts.set(table.name, checksum.rows);
    }
    return counts;
  } finally {
    await reader.close();
  }
}

const rowsAtOnce = 1000;
const charactersAtOnce = 2_000_000;

/** Goes through a dump, some rows at a time. @throws BackupError when it is not whole */
async function eachPage(
  path: string,
  onPage: (table: string, page: Row[]) => Promise<void>,
): Promise<RowCounts> {
  let header: DumpHeader | undefined;
  let isComplete = false;
  let checksum = rowChecksum();
  let page: Row[] = [];
  let characters = 0;
  const counts = new Map<string, number>();

  for await (const text of linesIn(path)) {
    if (!header) {
      header = parseHeader(text, path);
      continue;
    }
    const table = header.tables[counts.size];
    const value = parseLine(text, path);
    if (text === lastLine) isComplete = true;
    else if (!table || isComplete) throw damaged(path, 'there is more in it than its header says');
    else if (isTableEnd(value)) {
      await onPage(table.name, page);
      if (value.end !== table.name || value.rows !== checksum.rows || value.rows !== table.rows) {
        throw damaged(path, `it should have ${table.rows} rows of ${table.name}, and has ${checksum.rows}`);
      }
      if (value.checksum !== checksum.value())
        throw damaged(path, `the checksum of ${table.name} is another one`);
      counts.set(table.name, value.rows);
      [page, characters, checksum] = [[], 0, rowChecksum()];
    } else {
      const row = rowOf(value, table, path);
      checksum.add(row);
      page.push(row);
      characters += text.length;
      if (page.length < rowsAtOnce && characters < charactersAtOnce) continue;
      await onPage(table.name, page);
      [page, characters] = [[], 0];
    }
  }
  if (!header || !isComplete || counts.size !== header.tables.length)
    throw damaged(path, 'its end is missing');
  return counts;
}

/** @throws BackupError `damaged` for what cannot be unpacked */
async function* linesIn(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const unpacked = createGunzip();
  const reading = pipeline(file, unpacked).catch((error: unknown) => unpacked.destroy(asError(error)));
  try {
    let rest = '';
    unpacked.setEncoding('utf8');
    for await (const chunk of unpacked as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') yield rest;
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
      throw damaged(path, error.message);
    }
    throw error;
  } finally {
    file.destroy();
    unpacked.destroy();
    await reading;
  }
}

function parseHeader(text: string, path: string): DumpHeader {
  const value = parseLine(text, path);
  if (!isObject(value) || value['format'] !== format) {
    throw new BackupError('not_a_backup', `${path} is compressed, and not a backup from here.`);
  }
  if (value['version'] !== version) {
    throw new BackupError(
      'other_version',
      `${path} is a dump of version ${String(value['version'])}, and this application reads version ${version}. ` +
        'Restore it with the version of the application that made it. Nothing was changed.',
    );
  }
  if (!isHeader(value)) throw damaged(path, 'its header cannot be read');
  return value;
}

function parseLine(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(path, 'a line cannot be read');
  }
}

function rowOf(value: unknown, { columns, name }: DumpedTable, path: string): Row {
  const isRow =
    Array.isArray(value) &&
    value.length === columns.length &&
    value.every((one) => one === null || ['string', 'number', 'boolean'].includes(typeof one));
  if (!isRow) throw damaged(path, `a row of ${name} cannot be read`);
  // The cast: each value was looked at.
  return value as Row;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const isTableEnd = (value: unknown): value is TableEnd =>
  isObject(value) &&
  typeof value['end'] === 'string' &&
  typeof value['rows'] === 'number' &&
  typeof value['checksum'] === 'string';

const isDumpedTable = (value: unknown): value is DumpedTable =>
  isObject(value) &&
  typeof value['name'] === 'string' &&
  typeof value['rows'] === 'number' &&
  isTexts(value['key']) &&
  Array.isArray(value['columns']) &&
  value['columns'].every(
    (column) =>
      isObject(column) && typeof column['name'] === 'string' && kinds.some((kind) => kind === column['kind']),
  );

function isHeader(value: Record<string, unknown>): value is Record<string, unknown> & DumpHeader {
  return (
    typeof value['engine'] === 'string' &&
    typeof value['createdAt'] === 'string' &&
    isTexts(value['revisions']) &&
    Array.isArray(value['tables']) &&
    value['tables'].every(isDumpedTable)
  );
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const damaged = (path: string, what: string) =>
  new BackupError(
    'damaged',
    `${path} is not a whole backup: ${what}. Nothing was changed. Take another one.`,
  );
