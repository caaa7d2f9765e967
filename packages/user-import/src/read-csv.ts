import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import {
  chooseColumns,
  describeColumns,
  pickFields,
  requireLoginColumn,
  type ColumnChoice,
} from './choose-columns.ts';
import type { ColumnMap } from './column-map.ts';
import { commonColumns } from './common-columns.ts';
import type { SourceReader, SourceRow } from './source-user.ts';
import { mayBeSecret } from './secret-text.ts';
import { readBeginning } from './text-file.ts';
import { UserImportError } from './user-import-error.ts';

export type CsvOptions = {
  /** The name of the file, for messages. */
  name: string;
  /** One character; null to detect it. */
  separator: string | null;
  map: ColumnMap;
};

/** Longer than any row of users. Without a limit, a quoted value that is not closed would hold the rest of the file. */
const maxRowLength = 1_000_000;

const batchSize = 500;

/**
 * Reads users from CSV (RFC 4180): UTF-8, any line ends, line breaks within quotes, column names in the first row.
 * @throws UserImportError `invalid_source`, while reading, if the file is not valid CSV
 */
export function readCsv(bytes: AsyncIterable<Uint8Array>, options: CsvOptions): SourceReader {
  let columns: ColumnChoice = { mapped: [], taken: [], unused: [], isFlaskSecurity: false };

  async function* rows(): AsyncGenerator<SourceRow[]> {
    let header: string[] | null = null;
    let batch: SourceRow[] = [];
    for await (const { line, values } of readRecords(bytes, options)) {
      if (header === null) {
        header = values.map((name) => name.trim());
        columns = chooseColumns(header, commonColumns, options.map);
        requireMappedColumns(header, options);
        requireNames(header, options);
        requireLoginColumn(columns, `The first line of ${options.name}`);
        continue;
      }
      batch.push(
        values.length === header.length
          ? { line, source: pickFields(values, columns) }
          : { line, problem: `has ${values.length} columns, but the header has ${header.length}` },
      );
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
    if (header === null) throw new UserImportError('invalid_source', `${options.name} is empty.`);
    yield batch;
  }

  return { rows: rows(), columns: () => ({ taken: columns.taken, unused: columns.unused }) };
}

/** A typo in a name of `--map` would lose the column. */
function requireMappedColumns(header: string[], { name, map }: CsvOptions): void {
  const missing = [...map.explicit.keys()].find((column) => !header.includes(column));
  if (missing === undefined) return;
  throw new UserImportError(
    'invalid_source',
    `--map: ${name} has no column ${JSON.stringify(missing)}. ${describeColumns(header)}`,
  );
}

/** A file without a header line, whose first user has a value like `name`, would lose that user. */
function requireNames(header: string[], { name }: CsvOptions): void {
  const index = header.findIndex((cell) => cell.includes('@') || mayBeSecret(cell));
  if (index < 0) return;
  throw new UserImportError(
    'invalid_source',
    `${name}: the first line has a value in column ${index + 1}; expected column names. Add a header line such as username,email,password_hash.`,
  );
}

type CsvRecord = { line: number; values: string[] };

async function* readRecords(
  bytes: AsyncIterable<Uint8Array>,
  { name, separator }: CsvOptions,
): AsyncGenerator<CsvRecord> {
  const { beginning, all } = await readBeginning(bytes, name);
  let line = 1;
  const parser = parse({
    bom: true,
    delimiter: separator ?? detectSeparator(beginning),
    record_delimiter: ['\r\n', '\n', '\r'],
    // readCsv reports another number of columns as a problem of the row.
    relax_column_count: true,
    max_record_size: maxRowLength,
    on_record(values: string[]) {
      const record: CsvRecord = { line, values };
      line += 1 + countLineBreaks(values);
      // The cast: the parser returns this object in place of the values, which its types do not say.
      return record as unknown as string[];
    },
  });
  // The parser throws the errors of both streams.
  pipeline(all, parser, () => undefined);

  try {
    for await (const record of parser as AsyncIterable<CsvRecord>) {
      const isBlank = record.values.length === 1 && record.values[0] === '';
      if (!isBlank) yield record;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserImportError('invalid_source', `${name}, line ${line}: ${describeCsvError(error)}`, {
      cause: error,
    });
  }
}

/** The parser's own line number counts a CR LF within quotes twice. */
function countLineBreaks(values: string[]): number {
  let count = 0;
  for (const value of values) {
    if (value.includes('\n') || value.includes('\r')) count += value.match(/\r\n|\n|\r/g)?.length ?? 0;
  }
  return count;
}

function describeCsvError({ code }: CsvError): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quoted value in this row is not closed.';
    case 'CSV_MAX_RECORD_SIZE':
      return 'this row is too long. A quoted value is probably not closed.';
    default:
      return 'there is a quote within a value. Put the value in quotes, and double each quote in it.';
  }
}

const separators = [',', ';', '\t', '|'];

/** Returns the most frequent separator of the header, outside quotes. */
function detectSeparator(beginning: string): string {
  const [header = ''] = beginning.replace(/"[^"]*"/g, '').split(/[\r\n]/, 1);
  const count = (separator: string) => header.split(separator).length;
  return separators.reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}
