import type Sqlite from 'better-sqlite3';
import { identityKey } from '@latchkey/db';

/** The part of the staging table that generates user names. */
export type StagedUsernames = {
  /** @returns false if another user of the import has that name */
  assignUsername(line: number, username: string): boolean;
  /** Removes an assigned user name. */
  unassignUsername(line: number): void;
  /** The next number to append to a suggested name; null if it has not needed one yet. */
  nextSuffix(key: string): number | null;
  setNextSuffix(key: string, next: number): void;
  /** Pairs of users where the user name of the first is the e-mail address of the second. */
  findUsernamesEqualToEmails(): { line: number; who: string; other: number }[];
};

/** Prepares the statements that generate user names. */
export function prepareUsernames(sqlite: Sqlite.Database): StagedUsernames {
  const assign = sqlite.prepare('update or ignore users set username = ?, username_key = ? where line = ?');
  const unassign = sqlite.prepare('update users set username_key = null where line = ?');
  const nextSuffix = sqlite.prepare<[string], { next: number }>(
    'select next from suffixes where username_key = ?',
  );
  const setNextSuffix = sqlite.prepare('insert or replace into suffixes values (?, ?)');
  return {
    assignUsername: (line, username) => assign.run(username, identityKey(username), line).changes === 1,
    unassignUsername: (line) => void unassign.run(line),
    nextSuffix: (key) => nextSuffix.get(key)?.next ?? null,
    setNextSuffix: (key, next) => void setNextSuffix.run(key, next),
    findUsernamesEqualToEmails: () =>
      sqlite
        .prepare<[], { line: number; who: string; other: number }>(
          `select a.line, a.username as who, b.line as other from users a
           join users b on b.email_key = a.username_key and b.line <> a.line
           where a.is_existing = 0 and instr(a.username_key, '@') > 0`,
        )
        .all(),
  };
}
