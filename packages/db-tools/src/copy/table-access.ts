import type { Row } from './row-values.ts';
import type { Table } from './tables.ts';

/** Reads one snapshot of all tables. */
export type TableReader = {
  count(table: Table): Promise<number>;
  /** Reads rows in pages, ordered by key. @param after the key to start after */
  pages(table: Table, after?: Row | null): AsyncGenerator<Row[]>;
  close(): Promise<void>;
};

/** A statement that runs in the same transaction as an insert. */
export type ProgressStatement = { sql: string; values: readonly (string | number | null)[] };

/** Writes tables, referenced tables first. Requires that no other process writes to the database. */
export type TableWriter = {
  /** Inserts rows and runs statements in one transaction. */
  insert(table: Table, rows: readonly Row[], statements?: readonly ProgressStatement[]): Promise<void>;
  /** Sets generated keys of a table to continue after its last row. */
  finish(table: Table): Promise<void>;
  close(): Promise<void>;
};
