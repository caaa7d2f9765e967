import type { internalUserProperties, User } from '@latchkey/db';
import type { RowOf } from '@latchkey/db/sql';
import type { RowProblem } from './row-problem.ts';

type UserRow = RowOf<typeof User>;

/** A valid user of the source: a row of the users table without the computed keys. */
export type ImportedUser = Omit<UserRow, 'id' | (typeof internalUserProperties)[number]> & {
  /** Null if the import creates a new one. */
  id: string | null;
  /** The user name was derived from the e-mail address, and gets a number if it is taken. */
  isUsernameGenerated: boolean;
  /** The name of the password hash's scheme, by which the report counts users. */
  scheme: string;
};

/** A row after validation: a user, or what is wrong. */
export type ImportRow =
  { line: number; user: ImportedUser; problem?: never } | (RowProblem & { user?: never });
