import type { KnownField } from './fields.ts';

/** The values of one user as a file or a database driver returns them, before validation. */
export type SourceUser = { [F in Exclude<KnownField, 'is_disabled'>]?: unknown } & {
  /** The values of several columns, such as `banned` and `deleted_at`. One that is set disables the user. */
  is_disabled?: unknown[];
  /** Whether the user is from Flask-Security. */
  is_flask_security?: boolean;
  /** Whether one of the roles in other tables is that of an administrator. */
  has_admin_role?: unknown;
} & { [field: string]: unknown };

/** A row of the source, or why it cannot be parsed. */
export type SourceRow =
  { line: number; source: SourceUser; problem?: never } | { line: number; source?: never; problem: string };

/** Which columns of the source are mapped to which fields, and which are not used. */
export type ColumnsUsed = { taken: { theirs: string; ours: string }[]; unused: string[] };

/** Reads the rows of a source in batches, so that memory does not grow with their number. */
export type SourceReader = {
  rows: AsyncIterable<SourceRow[]>;
  /** The columns of the rows that have been read. */
  columns(): ColumnsUsed;
};
