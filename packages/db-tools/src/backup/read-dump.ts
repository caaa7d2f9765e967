import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { createRowChecksum } from '../copy/row-checksum.ts';
import type { Row } from '../copy/row-values.ts';
import { BackupError } from './backup-error.ts';
import {
  damagedDump,
  dumpFormat,
  dumpHeader,
  dumpVersion,
  lastLine,
  tableEnd,
  type DumpedTable,
  type DumpHeader,
} from './dump-format.ts';
import type { RowCounts } from './row-counts.ts';

const maxPageRows = 1000;
const maxPageCharacters = 2_000_000;

/**
 * Reads a dump completely, in pages of rows, and compares the number of rows and the checksum of each table.
 * @returns the number of rows of each table
 * @throws BackupError `other_version`, `damaged`, `not_a_backup`
 */
export async function readDump(
  path: string,
  onPage: (table: string, page: Row[]) => Promise<void>,
): Promise<RowCounts> {
  let header: DumpHeader | undefined;
  let isComplete = false;
  let checksum = createRowChecksum();
  let page: Row[] = [];
  let characters = 0;
  const counts = new Map<string, number>();

  for await (const text of readLines(path)) {
    if (!header) {
      header = parseHeader(text, path);
      continue;
    }
    const table = header.tables[counts.size];
    const value = parseLine(text, path);
    if (text === lastLine) {
      isComplete = true;
      continue;
    }
    if (!table || isComplete) throw damagedDump(path, 'it contains more than its header lists');
    if (!Array.isArray(value)) {
      requireTableEnd(value, table, checksum, path);
      await onPage(table.name, page);
      counts.set(table.name, table.rows);
      [page, characters, checksum] = [[], 0, createRowChecksum()];
      continue;
    }
    const row = parseRow(value, table, path);
    checksum.add(row);
    page.push(row);
    characters += text.length;
    if (page.length < maxPageRows && characters < maxPageCharacters) continue;
    await onPage(table.name, page);
    [page, characters] = [[], 0];
  }
  if (!header || !isComplete || counts.size !== header.tables.length) {
    throw damagedDump(path, 'its end is missing');
  }
  return counts;
}

/** Reads a dump completely to check it. @throws BackupError as `readDump` does */
export const checkDump = (path: string): Promise<RowCounts> => readDump(path, async () => undefined);

/** @throws BackupError as `readDump` does */
export async function readDumpHeader(path: string): Promise<DumpHeader> {
  for await (const text of readLines(path)) return parseHeader(text, path);
  throw damagedDump(path, 'it is empty');
}

/** @throws BackupError `damaged` if the file cannot be decompressed */
async function* readLines(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const decompressed = createGunzip();
  const reading = pipeline(file, decompressed).catch((error: unknown) =>
    decompressed.destroy(asError(error)),
  );
  try {
    let rest = '';
    decompressed.setEncoding('utf8');
    for await (const chunk of decompressed as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') yield rest;
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
      throw damagedDump(path, error.message);
    }
    throw error;
  } finally {
    file.destroy();
    decompressed.destroy();
    await reading;
  }
}

const anyVersion = z.object({ format: z.literal(dumpFormat), version: z.unknown() });

function parseHeader(text: string, path: string): DumpHeader {
  const value = parseLine(text, path);
  const { data: dump } = anyVersion.safeParse(value);
  if (!dump)
    throw new BackupError('not_a_backup', `${path} is a gzip file, but not a backup of pnpm db backup.`);
  if (dump.version !== dumpVersion) {
    throw new BackupError(
      'other_version',
      `${path} is a dump of version ${String(dump.version)}, but this application reads version ${dumpVersion}. ` +
        'Restore it with the version of the application that created it. Nothing was changed.',
    );
  }
  const { data: header } = dumpHeader.safeParse(value);
  if (!header) throw damagedDump(path, 'its header is invalid');
  return header;
}

function parseLine(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damagedDump(path, 'a line is not valid JSON');
  }
}

function requireTableEnd(
  value: unknown,
  { name, rows }: DumpedTable,
  checksum: { rows: number; value(): string },
  path: string,
): void {
  const { data: end } = tableEnd.safeParse(value);
  if (!end) throw damagedDump(path, `a row of ${name} is invalid`);
  if (end.end !== name || end.rows !== checksum.rows || end.rows !== rows) {
    throw damagedDump(path, `it has ${checksum.rows} rows of ${name} instead of ${rows}`);
  }
  if (end.checksum !== checksum.value()) throw damagedDump(path, `the checksum of ${name} does not match`);
}

/** Checked without zod, since there are millions of rows. */
function parseRow(values: unknown[], { columns, name }: DumpedTable, path: string): Row {
  const isRow =
    values.length === columns.length &&
    values.every((value) => value === null || ['string', 'number', 'boolean'].includes(typeof value));
  if (!isRow) throw damagedDump(path, `a row of ${name} is invalid`);
  // The cast: each value was checked.
  return values as Row;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
