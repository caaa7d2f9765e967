import type { UserRecord } from '@latchkey/db';

/** How a user is known who is in the database already. */
export type ExistingUser = { id: string; username: string; usernameKey: string; emailKey: string | null };

/** A row of the table, with every column that an import fills. */
export type UserRow = UserRecord & {
  usernameKey: string;
  emailKey: string | null;
  pendingEmailKey: string | null;
};

/** The table of users, for whoever asks and tells it much at a time. */
export type UserTable = {
  isEmpty(): Promise<boolean>;
  /** Everybody who has one of these keys as a user name or as an address, or one of these ids. */
  findAlike(keys: readonly string[], ids: readonly string[]): Promise<ExistingUser[]>;
  /**
   * Adds all of them or none.
   * @param onWritten is told how many there are so far
   * @throws UniqueConstraintViolationException when a name, an address or an id is taken
   */
  insertAll(users: Iterable<readonly UserRow[]>, onWritten: (written: number) => void): Promise<void>;
};
