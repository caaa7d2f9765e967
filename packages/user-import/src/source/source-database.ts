/** Another system's database. It is only ever read. */
export type SourceDatabase = {
  /** Where it is, without a password: for messages. */
  readonly place: string;
  /** The names of all tables and views, with those of their columns. */
  tables(): Promise<Map<string, string[]>>;
  count(table: string): Promise<number>;
  /** Reads the rows some at a time: however many there are, few are in memory. Times are texts, as they are stored. */
  rows(rows: RowsToRead): AsyncIterable<unknown[][]>;
  close(): Promise<void>;
};

/** Columns of a table, and of a second one with one row for each of the first, or none. */
export type RowsToRead = {
  table: string;
  columns: readonly string[];
  /** What orders the rows, and what the second table refers to. */
  key: string | null;
  joined: {
    table: string;
    columns: readonly string[];
    owner: string;
    only: { column: string; value: string } | null;
  } | null;
};
