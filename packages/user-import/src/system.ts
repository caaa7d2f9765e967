import type { ColumnNames } from './columns.ts';
import type { Field, SourceUser } from './fields.ts';

/** Another login system: how people call it, and the ways in which it keeps its users, the usual one first. */
export type System = { title: string; layouts: readonly Layout[] };

/** One way of keeping users in tables. */
export type Layout = {
  /** The usual names of the table of users. */
  tables: readonly string[];
  columns: ColumnNames;
  /** What has to be there, beside a user name or an address. */
  needs: readonly Field[];
  joined?: JoinedLayout;
  /** Where a column is not quite the field. */
  refine?: (user: SourceUser) => SourceUser;
};

/** A second table, with a row for a user or none. It has what the table of users lacks. */
export type JoinedLayout = {
  tables: (users: string) => readonly string[];
  columns: ColumnNames;
  /** The column that says whose row it is. */
  owner: string;
  /** Of several rows of a user, the one with this value. */
  only?: { column: string; value: (users: string) => string };
};

/** The tables of a database, and the columns of each. */
export type TablesFound = ReadonlyMap<string, readonly string[]>;

/** What is to be read of a database, by the names that tables and columns have there. */
export type Selection = {
  table: string;
  columns: readonly string[];
  /** The column to go by, and to join on, where there is one. */
  key: string | null;
  joined: {
    table: string;
    columns: readonly string[];
    owner: string;
    only: { column: string; value: string } | null;
  } | null;
};
