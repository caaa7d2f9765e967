import Sqlite from 'better-sqlite3';
import { identityKey, identityKeyMaxLength } from '@latchkey/db';
import type { ImportedUser, ImportRow, RowProblem } from './import-row.ts';

/** What tells a staged user from the others. */
export type StagedKeys = {
  line: number;
  id: string | null;
  username: string;
  /** Null while the name is still to be made. */
  usernameKey: string | null;
  emailKey: string | null;
};

export type StagedUser = StagedKeys & Omit<ImportedUser, 'isUsernameMade' | 'scheme'>;

export type StagedCounts = {
  new: number;
  alreadyThere: number;
  /** Of those who are there by user name: who has another address there, and may be somebody else. */
  otherEmailThere: number;
  bad: number;
  /** Of the new ones, as the others below. */
  admins: number;
  disabled: number;
  madeUsernames: number;
  schemes: { scheme: string; users: number }[];
};

/** Everybody who is to be moved in, on disk: compared and counted there, since they may be too many for memory. */
export type StagedUsers = {
  /** Adds rows; sets aside what is bad, or has the name or address of an earlier one. */
  add(rows: readonly ImportRow[]): void;
  setAside(problem: RowProblem): void;
  markAsThere(line: number, how: { hasOtherEmail: boolean }): void;
  /** Those who are not known to be there, some at a time. */
  keys(): Generator<StagedKeys[]>;
  /** Of these, the ones without a user name. */
  nameless(): Generator<StagedKeys[]>;
  /** @returns false when another one has that name */
  name(line: number, username: string): boolean;
  /** Takes a made name back. */
  unname(line: number): void;
  /** The number to go on with behind a name that several have asked for; null when nobody has needed one yet. */
  nextNumber(key: string): number | null;
  noteNumber(key: string, next: number): void;
  /** Pairs in which the user name of the first is the address of the second. */
  namesLikeAddresses(): { line: number; who: string; other: number }[];
  newUsers(): Generator<StagedUser[]>;
  counts(): StagedCounts;
  /** In the order of the rows. */
  problems(): Generator<RowProblem>;
  close(): void;
};

const pageSize = 500;

/**
 * Opens an empty stage. SQLite's temporary file has no name from the start, so nothing of it stays behind, however the
 * process ends (https://sqlite.org/inmemorydb.html, "Temporary Databases").
 * @param unit what a row is called: the line of a file, or the row of a table
 */
export function stageUsers(unit: string): StagedUsers {
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
      is_username_made integer not null,
      is_there integer not null default 0,
      has_other_email integer not null default 0,
      scheme text not null,
      ${fields.map(({ name, type }) => `${name} ${type}`).join()}
    );
    create unique index users_id on users (id) where id is not null;
    create table problems (line integer not null, who text, problem text not null);
    create table numbers (name_key text primary key, next integer not null) without rowid;
    begin`);

  const filled = [
    'line, id, username, username_key, email_key, is_username_made, scheme',
    ...fieldNames,
  ].join();
  const insert = sqlite.prepare(
    `insert into users (${filled}) values (${filled.replace(/\w+/g, '?')}) on conflict do nothing`,
  );
  const insertProblem = sqlite.prepare('insert into problems values (?, ?, ?)');
  const remove = sqlite.prepare('delete from users where line = ?');
  const markAsThere = sqlite.prepare('update users set is_there = 1, has_other_email = ? where line = ?');
  const name = sqlite.prepare('update or ignore users set username = ?, username_key = ? where line = ?');
  const unname = sqlite.prepare('update users set username_key = null where line = ?');
  const nextNumber = sqlite.prepare<[string], { next: number }>(
    'select next from numbers where name_key = ?',
  );
  const noteNumber = sqlite.prepare('insert or replace into numbers values (?, ?)');
  const twins = uniqueKeys.map(({ column, what }) => ({
    what,
    find: sqlite.prepare<[string | null], { line: number }>(`select line from users where ${column} = ?`),
  }));

  const setAside = ({ line, who, problem }: RowProblem) => {
    remove.run(line);
    insertProblem.run(line, who, problem);
  };
  const add = (row: ImportRow) => {
    if (!row.user) {
      setAside(row);
      return;
    }
    const { line, user } = row;
    const keys = keysOf(user);
    const problem = problemOf(keys, user) ?? (isTaken(line, user, keys) ? twinOf(keys) : null);
    if (problem) setAside({ line, who: user.username, problem });
  };
  const isTaken = (line: number, user: ImportedUser, keys: Keys) => {
    const [id, usernameKey, emailKey] = keys;
    const first = [line, id, user.username, usernameKey, emailKey, Number(user.isUsernameMade), user.scheme];
    return insert.run([...first, ...fields.map(({ name }) => stored(user[name]))]).changes === 0;
  };
  const twinOf = (keys: Keys) => {
    const [found] = twins.flatMap(({ what, find }, index) => {
      const twin = find.get(keys[index] ?? null);
      return twin ? [`${what} is that of ${unit} ${twin.line}`] : [];
    });
    if (!found) throw new Error('A user that was not taken is like nobody.');
    return found;
  };

  /** @param columns with their names here; the rows are those of the stage that fit */
  const pagesOf = <Row extends { line: number }>(columns: string, condition: string) => {
    const page = sqlite.prepare<[number], Row>(
      `select ${columns} from users where line > ? and is_there = 0 and ${condition} order by line limit ${pageSize}`,
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
    setAside,
    markAsThere: (line, { hasOtherEmail }) => void markAsThere.run(Number(hasOtherEmail), line),
    keys: () => pagesOf<StagedKeys>(keyColumns, 'true'),
    nameless: () => pagesOf<StagedKeys>(keyColumns, 'username_key is null'),
    name: (line, username) => name.run(username, identityKey(username), line).changes === 1,
    unname: (line) => void unname.run(line),
    nextNumber: (key) => nextNumber.get(key)?.next ?? null,
    noteNumber: (key, next) => void noteNumber.run(key, next),

    namesLikeAddresses: () =>
      sqlite
        .prepare<[], { line: number; who: string; other: number }>(
          `select a.line, a.username as who, b.line as other from users a
           join users b on b.email_key = a.username_key and b.line <> a.line
           where a.is_there = 0 and instr(a.username_key, '@') > 0`,
        )
        .all(),

    *newUsers() {
      // From here on, the memory is for the database that they are written to: they are read once, in their order.
      sqlite.pragma('cache_size = -2048');
      sqlite.pragma('shrink_memory');
      const columns = [keyColumns, ...fieldNames].join();
      for (const page of pagesOf<StagedKeys & StoredFields>(columns, 'true')) yield page.map(revived);
    },

    counts() {
      const sums = sqlite
        .prepare<[], Omit<StagedCounts, 'schemes'>>(
          `select count(*) filter (where is_there = 0) as new, count(*) filter (where is_there = 1) as alreadyThere,
             count(*) filter (where has_other_email = 1) as otherEmailThere,
             count(*) filter (where is_there = 0 and role = 'admin') as admins,
             count(*) filter (where is_there = 0 and isActive = 0) as disabled,
             count(*) filter (where is_there = 0 and is_username_made = 1) as madeUsernames,
             (select count(*) from problems) as bad
           from users`,
        )
        .get();
      if (!sums) throw new Error('A count without a group has one row.');
      return {
        ...sums,
        schemes: sqlite
          .prepare<[], { scheme: string; users: number }>(
            'select scheme, count(*) as users from users where is_there = 0 group by scheme order by 2 desc, 1',
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

/** What two users cannot have in common, in the order of `Keys`. */
const uniqueKeys = [
  { column: 'id', what: 'the id' },
  { column: 'username_key', what: 'the user name' },
  { column: 'email_key', what: 'the e-mail address' },
] as const;

type Keys = readonly [id: string | null, usernameKey: string | null, emailKey: string | null];

const keysOf = ({ id, username, isUsernameMade, email }: ImportedUser): Keys => [
  id,
  isUsernameMade ? null : identityKey(username),
  email === null ? null : identityKey(email),
];

/** Some single characters stand for many: a short name may have a long key, and one of other spaces an empty one. */
function problemOf([, usernameKey, emailKey]: Keys, { pendingEmail }: ImportedUser): string | null {
  const fits = (key: string | null) => key === null || (key !== '' && key.length <= identityKeyMaxLength);
  if (!fits(usernameKey)) return 'the user name is too long in its normal form (NFKC)';
  const areAddresses = fits(emailKey) && fits(pendingEmail && identityKey(pendingEmail));
  return areAddresses ? null : 'the e-mail address is too long in its normal form (NFKC)';
}

/** What else is kept of a user, as SQLite keeps it: it knows neither times nor booleans. */
const fields = [
  { name: 'email', type: 'text' },
  { name: 'emailVerifiedAt', type: 'integer' },
  { name: 'pendingEmail', type: 'text' },
  { name: 'passwordHash', type: 'text' },
  { name: 'passwordChangedAt', type: 'integer' },
  { name: 'role', type: 'text' },
  { name: 'isActive', type: 'integer' },
  { name: 'createdAt', type: 'integer' },
  { name: 'updatedAt', type: 'integer' },
  { name: 'deleteAfter', type: 'integer' },
  { name: 'tokenTheftDetectedAt', type: 'integer' },
] as const satisfies { name: keyof ImportedUser; type: 'text' | 'integer' }[];

const fieldNames = fields.map(({ name }) => name);

type Field = (typeof fields)[number]['name'];

type StoredFields = {
  [F in Field]: ImportedUser[F] extends string | null
    ? ImportedUser[F]
    : number | Extract<ImportedUser[F], null>;
};

function stored(value: string | boolean | Date | null): string | number | null {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'boolean' ? Number(value) : value;
}

const revived = (row: StagedKeys & StoredFields): StagedUser => ({
  ...row,
  isActive: row.isActive === 1,
  emailVerifiedAt: timeOf(row.emailVerifiedAt),
  passwordChangedAt: timeOf(row.passwordChangedAt),
  createdAt: new Date(row.createdAt),
  updatedAt: new Date(row.updatedAt),
  deleteAfter: timeOf(row.deleteAfter),
  tokenTheftDetectedAt: timeOf(row.tokenTheftDetectedAt),
});

const timeOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
