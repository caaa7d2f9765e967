/** The unique keys of a user in the database. */
export type ExistingUser = { id: string; username: string; usernameKey: string; emailKey: string | null };

/** Reads the users table in large batches. */
export type UserTable = {
  isEmpty(): Promise<boolean>;
  /** Finds users with one of these keys as their user name or e-mail address, or with one of these ids. */
  findMatching(keys: readonly string[], ids: readonly string[]): Promise<ExistingUser[]>;
};
