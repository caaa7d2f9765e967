import {
  chooseColumns,
  pick,
  requireName,
  usualColumns,
  type ColumnChoice,
  type ColumnMap,
} from './columns.ts';
import type { ColumnsUsed, SourceRow, Reading } from './fields.ts';
import { UserImportError } from './user-import-error.ts';
import { withBeginning } from './text-file.ts';

export type JsonLinesOptions = { /** For messages. */ name: string; map: ColumnMap };

const longestLine = 1_000_000;

const batch = 500;

/**
 * Reads users from JSON lines: one object a line, UTF-8. The keys may differ from line to line.
 * @throws UserImportError, while it is read, when the file is something else
 */
export function readJsonLines(bytes: AsyncIterable<Uint8Array>, { name, map }: JsonLinesOptions): Reading {
  const choices = rememberedChoices(map);

  async function* rows(): AsyncGenerator<SourceRow[]> {
    const { beginning, all } = await withBeginning(bytes, name);
    refuseArray(beginning, name);
    let hasRows = false;
    let ready: SourceRow[] = [];
    for await (const { line, text } of linesOf(all, name)) {
      if (text.trim() === '') continue;
      const row = rowOf(line, text, choices.of);
      if (row.source && !hasRows) requireName(choices.used(), `${name}, line ${line},`);
      hasRows = true;
      ready.push(row);
      if (ready.length < batch) continue;
      yield ready;
      ready = [];
    }
    if (!hasRows) throw new UserImportError(`${name} is empty.`);
    yield ready;
  }

  return { rows: rows(), columns: choices.used };
}

function rowOf(line: number, text: string, choiceOf: (keys: string[]) => ColumnChoice): SourceRow {
  const value = parsed(text);
  if (value === undefined) return { line, problem: 'is no JSON' };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { line, problem: 'is JSON, and no object' };
  }
  return { line, source: pick(Object.values(value), choiceOf(Object.keys(value))) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Most lines have the keys of the line before. */
function rememberedChoices(map: ColumnMap) {
  const known = new Map<string, ColumnChoice>();
  const taken = new Map<string, ColumnsUsed['taken'][number]>();
  const unused = new Set<string>();

  return {
    of: (keys: string[]): ColumnChoice => {
      const together = keys.join('\n');
      const choice = known.get(together) ?? chooseColumns(keys, usualColumns, map);
      // A file in which every line has keys of its own must not fill the memory.
      if (known.size < 1000 && !known.has(together)) {
        known.set(together, choice);
        for (const column of choice.taken) taken.set(column.theirs, column);
        for (const name of choice.unused) unused.add(name);
      }
      return choice;
    },
    used: (): ColumnsUsed => ({ taken: [...taken.values()], unused: [...unused] }),
  };
}

async function* linesOf(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<{ line: number; text: string }> {
  const decoder = new TextDecoder(); // It drops the byte order mark, and has U+FFFD for what is not UTF-8.
  let line = 1;
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { line: line++, text };
    if (rest.length > longestLine)
      throw new UserImportError(`${name}, line ${line}: is too long to be one user.`);
  }
  yield { line, text: rest + decoder.decode() };
}

function refuseArray(beginning: string, name: string): void {
  if (!beginning.trimStart().startsWith('[')) return;
  throw new UserImportError(
    `${name} is one JSON array. Write one object a line, for instance with: jq -c '.[]' ${name}`,
  );
}
