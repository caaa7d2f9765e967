import stringWidth from 'string-width';
import { dim } from './colors.ts';

export type Cell = { text: string; isNumber?: boolean; isFaint?: boolean };

/** How values are printed. */
export type OutputFormat = {
  /** In columns of the terminal; Infinity for a file or a pipe. */
  width: number;
  /** The maximum number of rows; Infinity for a file or a pipe. */
  maxRows: number;
  colors: boolean;
};

/**
 * A table with a header. The widest columns are truncated until the table fits. Columns that still do not fit are named
 * below it.
 */
export function table(columns: string[], rows: Cell[][], format: OutputFormat): string {
  const shown = rows.slice(0, format.maxRows);
  const wanted = measureColumns(
    columns,
    shown.map((row) => row.map(({ text }) => text)),
  );
  const widths = fitColumns(wanted, format.width);
  const line = (cells: Cell[]) =>
    widths
      .map((width, index) => pad(cells[index] ?? { text: '' }, width, format))
      .join(gap)
      .trimEnd();

  const left = columns.slice(widths.length);
  return [
    line(columns.map((text, index) => ({ text, isNumber: isNumericColumn(shown, index) }))),
    dim(widths.map((width) => '─'.repeat(width)).join(gap), format.colors),
    ...shown.map(line),
    dim(count(rows.length, shown.length), format.colors),
    ...(left.length > 0 ? [dim(`Columns not shown: ${left.join(', ')}.`, format.colors)] : []),
  ].join('\n');
}

/** One record: the names of its fields, and their values beside them. */
export function pairs(title: string, fields: [name: string, cell: Cell][], format: OutputFormat): string {
  const width = Math.max(0, ...fields.map(([name]) => stringWidth(name)));
  const room = Math.max(minWidth, format.width - width - gap.length);
  const lines = fields.map(([name, cell]) => {
    const text = truncate(cell.text, room);
    return `${name.padEnd(width)}${gap}${cell.isFaint ? dim(text, format.colors) : text}`.trimEnd();
  });
  return [dim(title, format.colors), ...lines].join('\n');
}

const gap = '  ';
const minWidth = 12;

/** The width that each column needs. */
export const measureColumns = (titles: readonly string[], rows: readonly string[][]): number[] =>
  titles.map((title, index) =>
    rows.reduce((width, row) => Math.max(width, stringWidth(row[index] ?? '')), stringWidth(title)),
  );

/** A line of a table, in columns of the given widths. */
export const columnLine = (cells: readonly string[], widths: readonly number[]): string =>
  widths
    .map((width, index) => pad({ text: cells[index] ?? '' }, width, { colors: false }))
    .join(gap)
    .trimEnd();

/** The widths of the columns that fit. Wider ones are truncated to one common width, as large as possible. */
export function fitColumns(wanted: number[], room: number): number[] {
  for (let columns = wanted.length; columns > 1; columns -= 1) {
    const kept = wanted.slice(0, columns);
    const available = room - gap.length * (columns - 1);
    const needed = (cap: number) => kept.reduce((sum, width) => sum + Math.min(width, cap), 0);
    if (needed(Infinity) <= available) return kept;
    if (needed(minWidth) <= available) {
      let cap = minWidth;
      while (needed(cap + 1) <= available) cap += 1;
      return kept.map((width) => Math.min(width, cap));
    }
  }
  return wanted.slice(0, 1).map((width) => Math.min(width, room));
}

function pad(
  { text, isNumber, isFaint }: Cell,
  width: number,
  { colors }: Pick<OutputFormat, 'colors'>,
): string {
  const short = truncate(text, width);
  const space = ' '.repeat(Math.max(0, width - stringWidth(short)));
  const colored = isFaint ? dim(short, colors) : short;
  return isNumber ? space + colored : colored + space;
}

/** Truncates between grapheme clusters, which may have several code points and a width of two columns. */
function truncate(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let short = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(short + segment) > width - 1) break;
    short += segment;
  }
  return `${short}…`;
}

const isNumericColumn = (rows: Cell[][], index: number) => rows.some((row) => row[index]?.isNumber);

const count = (all: number, shown: number) =>
  shown < all ? `(${all} rows; the first ${shown} are shown)` : `(${all} ${all === 1 ? 'row' : 'rows'})`;
