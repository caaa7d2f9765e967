/** What can be moved of a user, by the names that the columns of our own files have. */
export const fields = [
  'id',
  'username',
  'email',
  'email_verified_at',
  'pending_email',
  'password_hash',
  'password_changed_at',
  'role',
  'is_admin',
  'is_active',
  'is_disabled',
  'created_at',
  'updated_at',
  'delete_after',
  'alarmed_at',
] as const;

export type Field = (typeof fields)[number];

/** One user as another system wrote them: whatever its file or driver had in the columns that were found. */
export type SourceUser = { [F in Exclude<Field, 'is_disabled'>]?: unknown } & {
  /** Several columns may say so, like `banned` and `deleted_at`; one that does is enough. */
  is_disabled?: unknown[];
};

/** A row that could be taken apart, or why it could not. */
export type SourceRow =
  { line: number; source: SourceUser; problem?: never } | { line: number; source?: never; problem: string };

/** What became of the columns that were found. */
export type ColumnsUsed = { taken: { theirs: string; ours: Field }[]; unused: string[] };

/** Rows as they are read, some at a time: however many there are, few are in memory. */
export type Reading = {
  rows: AsyncIterable<SourceRow[]>;
  /** What has been seen of the columns so far. */
  columns(): ColumnsUsed;
};
