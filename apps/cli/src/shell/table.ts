import stringWidth from 'string-width';
import { dim } from './colors.ts';

export type Cell = { text: string; isNumber?: boolean; isFaint?: boolean };

export type Paper = {
  /** In columns of the terminal; Infinity for a file or a pipe. */
  width: number;
  /** How many rows at most; Infinity for a file or a pipe. */
  height: number;
  colors: boolean;
};

/**
 * Rows below each other, with the names of the columns above. The widest columns are cut until it fits; columns that have no
 * room even so are named below.
 */
export function table(columns: string[], rows: Cell[][], paper: Paper): string {
  const shown = rows.slice(0, paper.height);
  const wanted = columns.map((column, index) =>
    Math.max(stringWidth(column), ...shown.map((row) => stringWidth(row[index]?.text ?? ''))),
  );
  const widths = fit(wanted, paper.width);
  const line = (cells: Cell[]) =>
    widths
      .map((width, index) => fill(cells[index] ?? { text: '' }, width, paper))
      .join(gap)
      .trimEnd();

  const left = columns.slice(widths.length);
  return [
    line(columns.map((text, index) => ({ text, isNumber: isOfNumbers(shown, index) }))),
    dim(widths.map((width) => '─'.repeat(width)).join(gap), paper.colors),
    ...shown.map(line),
    dim(count(rows.length, shown.length), paper.colors),
    ...(left.length > 0 ? [dim(`No room for: ${left.join(', ')}.`, paper.colors)] : []),
  ].join('\n');
}

/** One thing: the names of its fields, and their values beside them. */
export function pairs(title: string, fields: [name: string, cell: Cell][], paper: Paper): string {
  const width = Math.max(0, ...fields.map(([name]) => stringWidth(name)));
  const room = Math.max(leastWidth, paper.width - width - gap.length);
  const lines = fields.map(([name, cell]) => {
    const text = cut(cell.text, room);
    return `${name.padEnd(width)}${gap}${cell.isFaint ? dim(text, paper.colors) : text}`.trimEnd();
  });
  return [dim(title, paper.colors), ...lines].join('\n');
}

const gap = '  ';
const leastWidth = 12;

/** The width of each column that has room: all are cut to the same width, as wide as possible. */
function fit(wanted: number[], room: number): number[] {
  for (let columns = wanted.length; columns > 1; columns -= 1) {
    const kept = wanted.slice(0, columns);
    const available = room - gap.length * (columns - 1);
    const needed = (cap: number) => kept.reduce((sum, width) => sum + Math.min(width, cap), 0);
    if (needed(Infinity) <= available) return kept;
    if (needed(leastWidth) <= available) {
      let cap = leastWidth;
      while (needed(cap + 1) <= available) cap += 1;
      return kept.map((width) => Math.min(width, cap));
    }
  }
  return wanted.slice(0, 1).map((width) => Math.min(width, room));
}

function fill({ text, isNumber, isFaint }: Cell, width: number, { colors }: Paper): string {
  const short = cut(text, width);
  const space = ' '.repeat(Math.max(0, width - stringWidth(short)));
  const inked = isFaint ? dim(short, colors) : short;
  return isNumber ? space + inked : inked + space;
}

/** Cut between characters as people see them, which may be several code points and two columns wide. */
function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let short = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(short + segment) > width - 1) break;
    short += segment;
  }
  return `${short}…`;
}

const isOfNumbers = (rows: Cell[][], index: number) => rows.some((row) => row[index]?.isNumber);

const count = (all: number, shown: number) =>
  shown < all ? `(${all} rows; the first ${shown} are shown)` : `(${all} ${all === 1 ? 'row' : 'rows'})`;
