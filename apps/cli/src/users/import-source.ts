import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import {
  chooseTables,
  type ChoiceOptions,
  type ColumnMap,
  type FileFormat,
  detectFormatByContent,
  detectFormatByName,
  openSourceDatabase,
  parseColumnMap,
  readCsv,
  type SourceReader,
  readJsonLines,
  type SystemName,
  systems,
  type UserColumn,
  readBeginning,
} from '@latchkey/user-import';
import { CommandError } from '../command-error.ts';

export type SourceOptions = {
  from?: SystemName;
  source?: string;
  table?: string;
  format?: FileFormat;
  separator?: string;
  map?: string[];
  adminRole?: string[];
};

/** The source of an import. */
export type ImportSource = SourceReader & {
  /** For messages, without a password. */
  name: string;
  /** What a row of it is called. */
  unit: 'line' | 'row';
  /** Bytes or rows: how many there are (0 if unknown), and how many have been read. */
  total: number;
  done(): number;
  close(): Promise<void>;
};

/**
 * Opens a file, standard input, or the database of another system, as the command line names it.
 * @throws CommandError, UserImportError if it cannot be opened or has another format
 */
export function openSource(
  file: string | undefined,
  options: SourceOptions,
  columns: readonly UserColumn[],
): Promise<ImportSource> {
  const columnMap = parseColumnMap(options.map ?? [], columns);
  const { from, source } = options;
  if (file !== undefined && from === undefined && source === undefined)
    return openFile(file, options, columnMap);
  if (file === undefined && from !== undefined && source !== undefined) {
    return openDatabaseOf(from, source, {
      table: options.table ?? null,
      map: columnMap,
      adminRoles: options.adminRole ?? [],
    });
  }
  throw new CommandError(
    `Expected a FILE, or --from SYSTEM with --source URL, where SYSTEM is one of ${Object.keys(systems).join(', ')}.`,
  );
}

async function openFile(
  file: string,
  { format, separator }: SourceOptions,
  columnMap: ColumnMap,
): Promise<ImportSource> {
  const [name, total] = file === '-' ? ['standard input', 0] : [file, await sizeOf(file)];
  let done = 0;
  const stream = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 262_144 });
  async function* counted() {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      done += chunk.length;
      yield chunk;
    }
  }

  const { beginning, all } = await readBeginning(counted(), name);
  const known = format ?? detectFormatByName(name) ?? detectFormatByContent(beginning);
  const reading =
    known === 'jsonl'
      ? readJsonLines(all, { name, map: columnMap })
      : readCsv(all, { name, separator: parseSeparator(separator), map: columnMap });
  return {
    ...reading,
    name,
    unit: 'line',
    total,
    done: () => done,
    close: async () => void stream.destroy(),
  };
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: unknown) => {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new CommandError(isMissing ? `There is no file ${file}.` : `${file} cannot be read.`, {
      cause: error,
    });
  });
  if (found.isDirectory()) throw new CommandError(`${file} is a folder.`);
  return found.size;
}

/** Accepts `tab`, since a tab is hard to type at a shell. */
function parseSeparator(separator: string | undefined): string | null {
  if (separator === undefined) return null;
  const character = ['tab', '\\t'].includes(separator) ? '\t' : separator;
  if (/^[^\s"\p{L}\p{N}]$|^\t$/u.test(character)) return character;
  throw new CommandError(`--separator: found ${separator}; expected one character like ; or |, or tab.`);
}

async function openDatabaseOf(
  from: SystemName,
  source: string,
  how: Omit<ChoiceOptions, 'location'>,
): Promise<ImportSource> {
  const database = await openSourceDatabase(source);
  try {
    const options = { ...how, location: database.location };
    const choice = chooseTables(systems[from], await database.tables(), options);
    const total = await database.count(choice.selection.table);
    let done = 0;
    async function* counted() {
      for await (const some of database.rows(choice.selection)) {
        done += some.length;
        yield some;
      }
    }
    return {
      ...choice.read(counted()),
      name: database.location,
      unit: 'row',
      total,
      done: () => done,
      close: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
