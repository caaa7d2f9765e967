import type { SourceRow, SourceUser, Reading } from './fields.ts';
import type { ImportRow } from './import-row.ts';
import { incomingUsers, type IncomingOptions } from './incoming-user.ts';

/** A text as a file gives it, in pieces of some bytes. */
export async function* bytesOf(text: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

export async function rowsOf({ rows }: Pick<Reading, 'rows'>): Promise<SourceRow[]> {
  const all: SourceRow[] = [];
  for await (const some of rows) all.push(...some);
  return all;
}

/** Knows one kind of hash. */
const describeHash: IncomingOptions['describeHash'] = (hash) =>
  hash.startsWith('scrypt:')
    ? { scheme: 'scrypt', problem: null }
    : { scheme: 'unknown', problem: 'is of a kind that is not known here' };

export const now = new Date('2026-05-04T03:02:01Z');

/** What becomes of one user. */
export async function incoming(
  source: SourceUser,
  options: Partial<IncomingOptions> = {},
): Promise<ImportRow> {
  async function* rows(): AsyncGenerator<SourceRow[]> {
    yield [{ line: 1, source }];
  }
  const given = { now, describeHash, leavesUnreadablePasswords: false, ...options };
  for await (const [row] of incomingUsers(rows(), given)) if (row) return row;
  throw new Error('There is no row.');
}
