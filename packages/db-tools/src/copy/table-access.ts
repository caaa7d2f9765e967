import type { Row } from './row-values.ts';
import type { Table } from './tables.ts';

/** All tables as they are at one moment, whatever is written meanwhile. */
export type TableReader = {
  count(table: Table): Promise<number>;
  /** Rows in the order of the key, some at a time. @param after the key to begin behind */
  pages(table: Table, after?: Row | null): AsyncGenerator<Row[]>;
  close(): Promise<void>;
};

/** A statement that goes with the rows: in effect when they are. */
export type Note = { sql: string; values: readonly (string | number | null)[] };

/** For a database to which nobody else writes: references are looked at when all is there, not before. */
export type TableWriter = {
  /** Adds all of these rows, and the notes, or nothing. */
  insert(table: Table, rows: readonly Row[], notes?: readonly Note[]): Promise<void>;
  /** After a table's last row: keys that the engine counts go on behind those that were written. */
  finish(table: Table): Promise<void>;
  close(): Promise<void>;
};
