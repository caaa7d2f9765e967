import { openDatabase } from '@latchkey/db';
import { parseColumnMap } from './column-map.ts';
import type { ImportRow } from './import-row.ts';
import type { SourceReader, SourceRow, SourceUser } from './source-user.ts';
import { userColumns } from './user-columns.ts';
import { validateRows, type ValidateOptions } from './validate-rows.ts';

const empty = await openDatabase('sqlite::memory:');
/** The columns of `User`. */
export const columns = userColumns(empty);
await empty.close();

/** The mapping without `--map`. */
export const defaultMap = parseColumnMap([], columns);

/** The bytes of a text, in chunks as from a file. */
export async function* splitIntoChunks(text: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

export async function readRows({ rows }: Pick<SourceReader, 'rows'>): Promise<SourceRow[]> {
  const all: SourceRow[] = [];
  for await (const batch of rows) all.push(...batch);
  return all;
}

/** Supports one scheme. */
const describeHash: ValidateOptions['describeHash'] = (hash) =>
  hash.startsWith('scrypt:')
    ? { scheme: 'scrypt', problem: null }
    : { scheme: 'unknown', problem: 'has an unknown format' };

export const now = new Date('2026-05-04T03:02:01Z');

/** Validates one row. */
export async function validateOne(
  source: SourceUser,
  options: Partial<ValidateOptions> = {},
): Promise<ImportRow> {
  async function* rows(): AsyncGenerator<SourceRow[]> {
    yield [{ line: 1, source }];
  }
  const given = { columns, now, describeHash, dropUnreadablePasswords: false, ...options };
  for await (const [row] of validateRows(rows(), given)) if (row) return row;
  throw new Error('There is no row.');
}
