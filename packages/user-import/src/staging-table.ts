import Sqlite from 'better-sqlite3';
import { identityKey, identityKeyMaxLength } from '@latchkey/db';
import type { ImportedUser, ImportRow } from './import-row.ts';
import type { RowProblem } from './row-problem.ts';
import { jsonForms, type UserColumn } from './user-columns.ts';

/** The unique keys of a user of the import. */
export type StagedKeys = {
  line: number;
  id: string | null;
  username: string;
  /** Null until a user name has been generated. */
  usernameKey: string | null;
  emailKey: string | null;
};

export type StagedUser = StagedKeys & Omit<ImportedUser, 'isUsernameGenerated' | 'scheme'>;

export type StagedCounts = {
  new: number;
  alreadyThere: number;
  /** Users who exist by user name but with another e-mail address: possibly another person. */
  otherEmailThere: number;
  bad: number;
  /** This count and the following ones are of new users. */
  admins: number;
  disabled: number;
  madeUsernames: number;
  schemes: { scheme: string; users: number }[];
};

/** The users of an import in a temporary database, which compares and counts them, since they may exceed the memory. */
export type StagingTable = {
  /** Adds rows. Rejects bad rows and those with the user name, e-mail address or id of an earlier one. */
  add(rows: readonly ImportRow[]): void;
  /** Removes a user, and adds the problem. */
  reject(problem: RowProblem): void;
  markExisting(line: number, match: { hasOtherEmail: boolean }): void;
  /** The users who are not marked as existing, in batches. */
  keys(): Generator<StagedKeys[]>;
  /** Those of them without a user name. */
  withoutUsername(): Generator<StagedKeys[]>;
  /** @returns false if another user of the import has that name */
  assignUsername(line: number, username: string): boolean;
  /** Removes an assigned user name. */
  unassignUsername(line: number): void;
  /** The next number to append to a suggested name; null if it has not needed one yet. */
  nextSuffix(key: string): number | null;
  setNextSuffix(key: string, next: number): void;
  /** Pairs of users where the user name of the first is the e-mail address of the second. */
  usernamesEqualToEmails(): { line: number; who: string; other: number }[];
  newUsers(): Generator<StagedUser[]>;
  counts(): StagedCounts;
  /** In the order of the rows. */
  problems(): Generator<RowProblem>;
  close(): void;
};

const pageSize = 500;

/**
 * Opens an empty staging table. SQLite deletes the name of its temporary file as soon as it is open, so the file is removed
 * even if the process is killed (https://sqlite.org/inmemorydb.html, "Temporary Databases").
 * @param unit what a row of the source is called in messages: `line` or `row`
 * @param userColumns the columns of `User`
 */
export function openStagingTable(unit: string, userColumns: readonly UserColumn[]): StagingTable {
  const sqlite = new Sqlite('');
  for (const pragma of ['journal_mode = off', 'synchronous = off', 'cache_size = -32768'])
    sqlite.pragma(pragma);
  sqlite.exec(`
    create table users (
      line integer primary key,
      id text,
      username text not null,
      username_key text unique,
      email_key text unique,
      is_username_generated integer not null,
      is_existing integer not null default 0,
      has_other_email integer not null default 0,
      scheme text not null,
      is_admin integer not null,
      is_disabled integer not null,
      properties text not null
    );
    create unique index users_id on users (id) where id is not null;
    create table problems (line integer not null, who text, problem text not null);
    create table suffixes (username_key text primary key, next integer not null) without rowid;
    begin`);

  const insert = sqlite.prepare(
    `insert into users (line, id, username, username_key, email_key, is_username_generated, scheme, is_admin, is_disabled, properties)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
  );
  const insertProblem = sqlite.prepare('insert into problems values (?, ?, ?)');
  const deleteUser = sqlite.prepare('delete from users where line = ?');
  const markExisting = sqlite.prepare('update users set is_existing = 1, has_other_email = ? where line = ?');
  const assignUsername = sqlite.prepare(
    'update or ignore users set username = ?, username_key = ? where line = ?',
  );
  const unassignUsername = sqlite.prepare('update users set username_key = null where line = ?');
  const nextSuffix = sqlite.prepare<[string], { next: number }>(
    'select next from suffixes where username_key = ?',
  );
  const setNextSuffix = sqlite.prepare('insert or replace into suffixes values (?, ?)');
  const lookups = uniqueKeys.map(({ column, label }) => ({
    label,
    find: sqlite.prepare<[string | null], { line: number }>(`select line from users where ${column} = ?`),
  }));

  const reject = ({ line, who, problem }: RowProblem) => {
    deleteUser.run(line);
    insertProblem.run(line, who, problem);
  };
  const add = (row: ImportRow) => {
    if (!row.user) {
      reject(row);
      return;
    }
    const { line, user } = row;
    const keys = keysOf(user);
    const problem = checkKeys(keys, user) ?? (insertUser(line, user, keys) ? null : describeDuplicate(keys));
    if (problem) reject({ line, who: user.username, problem });
  };
  const insertUser = (line: number, user: ImportedUser, keys: Keys): boolean => {
    const [id, usernameKey, emailKey] = keys;
    const { username, isUsernameGenerated, scheme, role, isActive } = user;
    const counted = [Number(isUsernameGenerated), scheme, Number(role === 'admin'), Number(!isActive)];
    const values = [line, id, username, usernameKey, emailKey, ...counted, encode(user, userColumns)];
    return insert.run(values).changes === 1;
  };
  const describeDuplicate = (keys: Keys) => {
    const [found] = lookups.flatMap(({ label, find }, index) => {
      const other = find.get(keys[index] ?? null);
      return other ? [`same ${label} as ${unit} ${other.line}`] : [];
    });
    if (!found) throw new Error('A user that was not inserted conflicts with no other.');
    return found;
  };

  /** Reads the users who are not marked as existing, in batches. */
  const pagesOf = <Row extends { line: number }>(columns: string, condition: string) => {
    const page = sqlite.prepare<[number], Row>(
      `select ${columns} from users where line > ? and is_existing = 0 and ${condition} order by line limit ${pageSize}`,
    );
    return (function* () {
      for (let after = 0; ;) {
        const rows = page.all(after);
        const last = rows.at(-1);
        if (!last) return;
        yield rows;
        after = last.line;
      }
    })();
  };

  return {
    add(rows) {
      for (const row of rows) add(row);
    },
    reject,
    markExisting: (line, { hasOtherEmail }) => void markExisting.run(Number(hasOtherEmail), line),
    keys: () => pagesOf<StagedKeys>(keyColumns, 'true'),
    withoutUsername: () => pagesOf<StagedKeys>(keyColumns, 'username_key is null'),
    assignUsername: (line, username) =>
      assignUsername.run(username, identityKey(username), line).changes === 1,
    unassignUsername: (line) => void unassignUsername.run(line),
    nextSuffix: (key) => nextSuffix.get(key)?.next ?? null,
    setNextSuffix: (key, next) => void setNextSuffix.run(key, next),

    usernamesEqualToEmails: () =>
      sqlite
        .prepare<[], { line: number; who: string; other: number }>(
          `select a.line, a.username as who, b.line as other from users a
           join users b on b.email_key = a.username_key and b.line <> a.line
           where a.is_existing = 0 and instr(a.username_key, '@') > 0`,
        )
        .all(),

    *newUsers() {
      // This reads each row once, in order, so the target database has more use for the memory.
      sqlite.pragma('cache_size = -2048');
      sqlite.pragma('shrink_memory');
      const pages = pagesOf<StagedKeys & { properties: string }>(`${keyColumns}, properties`, 'true');
      for (const page of pages) {
        yield page.map(({ properties, ...keys }) => ({ ...decode(properties, userColumns), ...keys }));
      }
    },

    counts() {
      const sums = sqlite
        .prepare<[], Omit<StagedCounts, 'schemes'>>(
          `select count(*) filter (where is_existing = 0) as new, count(*) filter (where is_existing = 1) as alreadyThere,
             count(*) filter (where has_other_email = 1) as otherEmailThere,
             count(*) filter (where is_existing = 0 and is_admin = 1) as admins,
             count(*) filter (where is_existing = 0 and is_disabled = 1) as disabled,
             count(*) filter (where is_existing = 0 and is_username_generated = 1) as madeUsernames,
             (select count(*) from problems) as bad
           from users`,
        )
        .get();
      if (!sums) throw new Error('An aggregate query without groups returned no row.');
      return {
        ...sums,
        schemes: sqlite
          .prepare<[], { scheme: string; users: number }>(
            'select scheme, count(*) as users from users where is_existing = 0 group by scheme order by 2 desc, 1',
          )
          .all(),
      };
    },

    *problems() {
      yield* sqlite
        .prepare<[], RowProblem>('select line, who, problem from problems order by line')
        .iterate();
    },

    close: () => void sqlite.close(),
  };
}

const keyColumns = 'line, id, username, username_key as "usernameKey", email_key as "emailKey"';

/** The keys that no two users share, in the order of `Keys`. */
const uniqueKeys = [
  { column: 'id', label: 'id' },
  { column: 'username_key', label: 'user name' },
  { column: 'email_key', label: 'e-mail address' },
] as const;

type Keys = readonly [id: string | null, usernameKey: string | null, emailKey: string | null];

const keysOf = ({ id, username, isUsernameGenerated, email }: ImportedUser): Keys => [
  id,
  isUsernameGenerated ? null : identityKey(username),
  email === null ? null : identityKey(email),
];

/** NFKC expands some characters, so a short name may have a long key, and turns a name of spaces into an empty key. */
function checkKeys([, usernameKey, emailKey]: Keys, { pendingEmail }: ImportedUser): string | null {
  const fits = (key: string | null) => key === null || (key !== '' && key.length <= identityKeyMaxLength);
  if (!fits(usernameKey)) return 'user name is too long after NFKC normalization';
  const areEmails = fits(emailKey) && fits(pendingEmail && identityKey(pendingEmail));
  return areEmails ? null : 'e-mail address is too long after NFKC normalization';
}

/** Encodes the properties of a user as a JSON array, in the order of the columns. */
function encode(user: Readonly<Record<string, unknown>>, columns: readonly UserColumn[]): string {
  return JSON.stringify(columns.map(({ property, type }) => jsonForms[type].encode(user[property]) ?? null));
}

/** Decodes them. A missing value of a column that is not nullable is left out, so that the column gets its default. */
function decode(properties: string, columns: readonly UserColumn[]): ImportedUser {
  // The casts: the text is from `encode`.
  const values = JSON.parse(properties) as unknown[];
  const user: Record<string, unknown> = {};
  for (const [index, { property, type, isNullable }] of columns.entries()) {
    const value = values[index];
    if (value !== null) user[property] = jsonForms[type].decode(value);
    else if (isNullable) user[property] = null;
  }
  return user as ImportedUser;
}
