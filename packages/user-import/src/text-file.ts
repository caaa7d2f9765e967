import { UserImportError } from './user-import-error.ts';

const beginningBytes = 16_384;

/**
 * Reads the beginning of a file, and returns it with an iterator over the whole file.
 * @throws UserImportError `invalid_source` if the file is UTF-16 or a SQLite database
 */
export async function readBeginning(
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
  requireText(start, name);

  async function* all() {
    yield* first;
    yield* { [Symbol.asyncIterator]: () => chunks };
  }
  return { beginning: new TextDecoder().decode(start), all: all() };
}

function requireText(start: Uint8Array, name: string): void {
  const [first, second] = start;
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const isUtf16 = isMarked || (start.length > 1 && (first === 0) !== (second === 0));
  if (isUtf16) {
    throw new UserImportError('invalid_source', `${name} is encoded in UTF-16. Save it as UTF-8.`);
  }
  const isSqlite = new TextDecoder().decode(start.subarray(0, 15)) === 'SQLite format 3';
  if (isSqlite) {
    throw new UserImportError(
      'invalid_source',
      `${name} is a SQLite database. To import it: --from SYSTEM --source sqlite:${name}`,
    );
  }
}

export type FileFormat = 'csv' | 'jsonl';

/** Detects the format of a file by the extension of its name; null if that is unknown. */
export function detectFormatByName(name: string): FileFormat | null {
  if (/\.(csv|tsv|tab)$/i.test(name)) return 'csv';
  return /\.(jsonl|ndjson|jsonlines)$/i.test(name) ? 'jsonl' : null;
}

/** Detects the format by the first character. A JSON array counts as JSON lines, and readJsonLines rejects it. */
export function detectFormatByContent(beginning: string): FileFormat {
  return /^\uFEFF?\s*[{[]/.test(beginning) ? 'jsonl' : 'csv';
}
