import type { Selection, TablesFound } from '../system.ts';

/** The database of another system, opened for reading only. */
export type SourceDatabase = {
  /** Its host and name or its path, without a password, for messages. */
  readonly location: string;
  /** All tables and views with their columns. */
  tables(): Promise<TablesFound>;
  count(table: string): Promise<number>;
  /** Reads the rows in batches, so that memory does not grow with their number. Times are texts, as stored. */
  rows(selection: Selection): AsyncIterable<unknown[][]>;
  close(): Promise<void>;
};
