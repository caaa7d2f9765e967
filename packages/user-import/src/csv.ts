import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import {
  chooseColumns,
  pick,
  requireName,
  usualColumns,
  type ColumnChoice,
  type ColumnMap,
} from './columns.ts';
import type { SourceRow, Reading } from './fields.ts';
import { UserImportError } from './user-import-error.ts';
import { withBeginning } from './text-file.ts';

export type CsvOptions = {
  /** For messages. */
  name: string;
  /** One character; null finds out which. */
  separator: string | null;
  map: ColumnMap;
};

/** More than a row of users can have. A quote that is opened and never closed would hold the rest of the file. */
const longestRow = 1_000_000;

const batch = 500;

/**
 * Reads users from CSV (RFC 4180): UTF-8, any line ends, line breaks within quotes, a header in the first row.
 * @throws UserImportError, while it is read, when the file cannot be taken apart
 */
export function readCsv(bytes: AsyncIterable<Uint8Array>, options: CsvOptions): Reading {
  let columns: ColumnChoice = { places: [], taken: [], unused: [] };

  async function* rows(): AsyncGenerator<SourceRow[]> {
    let header: string[] | null = null;
    let ready: SourceRow[] = [];
    for await (const { line, values } of recordsOf(bytes, options)) {
      if (header === null) {
        header = values.map((name) => name.trim());
        columns = chooseColumns(header, usualColumns, options.map);
        requireKnown(header, options);
        requireName(columns, options.name);
        continue;
      }
      ready.push(
        values.length === header.length
          ? { line, source: pick(values, columns) }
          : { line, problem: `has ${values.length} columns where the header has ${header.length}` },
      );
      if (ready.length < batch) continue;
      yield ready;
      ready = [];
    }
    if (header === null) throw new UserImportError(`${options.name} is empty.`);
    yield ready;
  }

  return { rows: rows(), columns: () => ({ taken: columns.taken, unused: columns.unused }) };
}

/** A name that is mapped and not there is a slip, and would lose the column. */
function requireKnown(header: string[], { name, map }: CsvOptions): void {
  const missing = [...map.keys()].find((theirs) => !header.includes(theirs));
  if (missing === undefined) return;
  throw new UserImportError(
    `--map: ${name} has no column ${JSON.stringify(missing)}. It has: ${header.join(', ')}.`,
  );
}

type CsvRecord = { line: number; values: string[] };

async function* recordsOf(
  bytes: AsyncIterable<Uint8Array>,
  { name, separator }: CsvOptions,
): AsyncGenerator<CsvRecord> {
  const { beginning, all } = await withBeginning(bytes, name);
  let line = 1;
  const parser = parse({
    bom: true,
    delimiter: separator ?? separatorIn(beginning),
    record_delimiter: ['\r\n', '\n', '\r'],
    // Told as a mistake of the row.
    relax_column_count: true,
    max_record_size: longestRow,
    on_record(values: string[]) {
      const record: CsvRecord = { line, values };
      line += 1 + lineBreaksIn(values);
      // The cast: what is given back takes the place of the values, of which the types know nothing.
      return record as unknown as string[];
    },
  });
  // An error of either comes out of the parser.
  pipeline(all, parser, () => undefined);

  try {
    for await (const record of parser as AsyncIterable<CsvRecord>) {
      const isBlank = record.values.length === 1 && record.values[0] === '';
      if (!isBlank) yield record;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserImportError(`${name}, line ${line}: ${whatIsWrong(error)}`, { cause: error });
  }
}

/** Counted here: the parser takes a CR LF within quotes for two. */
function lineBreaksIn(values: string[]): number {
  let count = 0;
  for (const value of values) {
    if (value.includes('\n') || value.includes('\r')) count += value.match(/\r\n|\n|\r/g)?.length ?? 0;
  }
  return count;
}

function whatIsWrong({ code }: CsvError): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is opened in this row and never closed.';
    case 'CSV_MAX_RECORD_SIZE':
      return 'this row is too long to be one: perhaps a quote in it is not closed.';
    default:
      return 'a quote stands in the middle of a value. A value with quotes is written in quotes, each of its own doubled.';
  }
}

const separators = [',', ';', '\t', '|'];

/** The one that the header has most of, outside quotes. */
function separatorIn(beginning: string): string {
  const [header = ''] = beginning.replace(/"[^"]*"/g, '').split(/[\r\n]/, 1);
  const count = (separator: string) => header.split(separator).length;
  return separators.reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}
