import type { UserRecord } from '@latchkey/db';

/** The unique keys of a user in the database. */
export type ExistingUser = { id: string; username: string; usernameKey: string; emailKey: string | null };

/** A row of the users table, with all columns that an import fills. */
export type UserRow = UserRecord & {
  usernameKey: string;
  emailKey: string | null;
  pendingEmailKey: string | null;
};

/** Reads and writes the users table in large batches. */
export type UserTable = {
  isEmpty(): Promise<boolean>;
  /** Finds users with one of these keys as their user name or e-mail address, or with one of these ids. */
  findMatching(keys: readonly string[], ids: readonly string[]): Promise<ExistingUser[]>;
  /**
   * Inserts all users in one transaction.
   * @param onWritten called with the number of users written so far
   * @throws UniqueConstraintViolationException if a user name, e-mail address or id is taken
   */
  insertAll(users: Iterable<readonly UserRow[]>, onWritten: (written: number) => void): Promise<void>;
};
