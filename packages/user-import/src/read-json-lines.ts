import { chooseColumns, pickFields, requireLoginColumn, type ColumnChoice } from './choose-columns.ts';
import type { ColumnMap } from './column-map.ts';
import { commonColumns } from './common-columns.ts';
import type { ColumnsUsed, SourceReader, SourceRow } from './source-user.ts';
import { readBeginning } from './text-file.ts';
import { UserImportError } from './user-import-error.ts';

export type JsonLinesOptions = { /** The name of the file, for messages. */ name: string; map: ColumnMap };

const maxLineLength = 1_000_000;

const batchSize = 500;

/**
 * Reads users from JSON lines: one object per line, UTF-8. The keys may differ from line to line.
 * @throws UserImportError `invalid_source`, while reading, if the file has another format
 */
export function readJsonLines(
  bytes: AsyncIterable<Uint8Array>,
  { name, map }: JsonLinesOptions,
): SourceReader {
  const choices = cacheChoices(map);

  async function* rows(): AsyncGenerator<SourceRow[]> {
    const { beginning, all } = await readBeginning(bytes, name);
    refuseArray(beginning, name);
    let hasRows = false;
    let batch: SourceRow[] = [];
    for await (const { line, text } of readLines(all, name)) {
      if (text.trim() === '') continue;
      const row = parseRow(line, text, choices.of);
      if (row.source && !hasRows) requireLoginColumn(choices.used(), `${name}, line ${line}`);
      hasRows = true;
      batch.push(row);
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
    if (!hasRows) throw new UserImportError('invalid_source', `${name} is empty.`);
    yield batch;
  }

  return { rows: rows(), columns: choices.used };
}

function parseRow(line: number, text: string, choiceOf: (keys: string[]) => ColumnChoice): SourceRow {
  const value = parseJson(text);
  if (value === undefined) return { line, problem: 'is not valid JSON' };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { line, problem: 'is not a JSON object' };
  }
  return { line, source: pickFields(Object.values(value), choiceOf(Object.keys(value))) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Chooses the columns once per list of keys: most lines have the keys of the previous line. */
function cacheChoices(map: ColumnMap) {
  const cached = new Map<string, ColumnChoice>();
  const taken = new Map<string, ColumnsUsed['taken'][number]>();
  const unused = new Set<string>();

  return {
    of: (keys: string[]): ColumnChoice => {
      const joined = keys.join('\n');
      const choice = cached.get(joined) ?? chooseColumns(keys, commonColumns, map);
      // The limit bounds memory if every line has other keys.
      if (cached.size < 1000 && !cached.has(joined)) {
        cached.set(joined, choice);
        for (const column of choice.taken) taken.set(column.theirs, column);
        for (const name of choice.unused) unused.add(name);
      }
      return choice;
    },
    used: (): ColumnsUsed => ({ taken: [...taken.values()], unused: [...unused] }),
  };
}

async function* readLines(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<{ line: number; text: string }> {
  const decoder = new TextDecoder(); // Drops the byte order mark, and replaces bytes that are not UTF-8 by U+FFFD.
  let line = 1;
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { line: line++, text };
    if (rest.length > maxLineLength) {
      throw new UserImportError(
        'invalid_source',
        `${name}, line ${line}: the line is too long for one user.`,
      );
    }
  }
  yield { line, text: rest + decoder.decode() };
}

function refuseArray(beginning: string, name: string): void {
  if (!beginning.trimStart().startsWith('[')) return;
  throw new UserImportError(
    'invalid_source',
    `${name} is a JSON array; expected one object per line. To convert it: jq -c '.[]' ${name}`,
  );
}
