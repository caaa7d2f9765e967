import { UserImportError } from './user-import-error.ts';

const beginningBytes = 16_384;

/**
 * Looks at how a file begins, and gives it back whole.
 * @throws UserImportError when it is UTF-16 or no text
 */
export async function withBeginning(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): Promise<{ beginning: string; all: AsyncIterable<Uint8Array> }> {
  const chunks = bytes[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  for (let size = 0; size < beginningBytes;) {
    const chunk = await chunks.next();
    if (chunk.done) break;
    first.push(chunk.value);
    size += chunk.value.length;
  }

  const start = Buffer.concat(first).subarray(0, beginningBytes);
  refuseOtherEncodings(start, name);

  async function* all() {
    yield* first;
    yield* { [Symbol.asyncIterator]: () => chunks };
  }
  return { beginning: new TextDecoder().decode(start), all: all() };
}

function refuseOtherEncodings(start: Uint8Array, name: string): void {
  const [first, second] = start;
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const isUtf16 = isMarked || (start.length > 1 && (first === 0) !== (second === 0));
  if (isUtf16) throw new UserImportError(`${name} is written in UTF-16. Save it as UTF-8.`);
  const isSqlite = new TextDecoder().decode(start.subarray(0, 15)) === 'SQLite format 3';
  if (isSqlite)
    throw new UserImportError(`${name} is a SQLite database. Say --from SYSTEM --source sqlite:${name}`);
}

export type FileFormat = 'csv' | 'jsonl';

/** By the ending of its name; null when that says nothing. */
export function formatByName(name: string): FileFormat | null {
  if (/\.(csv|tsv|tab)$/i.test(name)) return 'csv';
  return /\.(jsonl|ndjson|jsonlines)$/i.test(name) ? 'jsonl' : null;
}

/** By how it begins: JSON lines with a brace. One JSON array is none, which is said where they are read. */
export function formatByBeginning(beginning: string): FileFormat {
  return /^\uFEFF?\s*[{[]/.test(beginning) ? 'jsonl' : 'csv';
}
