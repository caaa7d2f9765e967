import type { UserRecord } from '@latchkey/db';

/** A user who is to be moved in. */
export type ImportedUser = Omit<UserRecord, 'id'> & {
  /** Null for a new one. */
  id: string | null;
  /** The name was made from the address, and may be changed to be the only one. */
  isUsernameMade: boolean;
  /** How the password is hashed, in words to count by. */
  scheme: string;
};

/** What is wrong with a row. `who` is what it has of a name. */
export type RowProblem = { line: number; who: string | null; problem: string };

/** A row of whatever is moved in. */
export type ImportRow =
  { line: number; user: ImportedUser; problem?: never } | (RowProblem & { user?: never });
