import type { ColumnNames } from './common-columns.ts';
import type { KnownField } from './fields.ts';
import type { SourceUser } from './source-user.ts';

/** Another login system: its name, and the layouts of its tables, the most common first. */
export type System = { title: string; layouts: readonly Layout[] };

/** The tables and columns in which a system stores its users. */
export type Layout = {
  /** The default names of the users table. */
  tables: readonly string[];
  columns: ColumnNames;
  /** Required fields, in addition to a user name or an e-mail address. */
  needs: readonly KnownField[];
  joined?: JoinedLayout;
  /** Converts columns that do not match a field exactly. */
  refine?: (user: SourceUser) => SourceUser;
};

/** A second table with at most one row per user, and fields that the users table lacks. */
export type JoinedLayout = {
  tables: (users: string) => readonly string[];
  columns: ColumnNames;
  /** The column that refers to the user. */
  owner: string;
  /** Selects one of several rows of a user, by the value of a column. */
  only?: { column: string; value: (users: string) => string };
};

/** The tables of a database with their columns. */
export type TablesFound = ReadonlyMap<string, readonly string[]>;

/** The columns to read from a table, and from a second one with at most one row for each row of the first. */
export type Selection = {
  table: string;
  columns: readonly string[];
  /** The column that orders the rows, and that `owner` refers to. */
  key: string | null;
  joined: {
    table: string;
    columns: readonly string[];
    owner: string;
    only: { column: string; value: string } | null;
  } | null;
  /** The roles in other tables; the value is whether one of them is an administrator's. */
  roles?: RolesSelection | null;
};

/** A table of roles, which a table of links or a column of the users refers to. */
export type RolesSelection = {
  table: string;
  id: string;
  name: string;
  /** The names of administrators' roles, in lower case. */
  admins: readonly string[];
  link: { table: string; user: string; role: string } | null;
  column: string | null;
};
