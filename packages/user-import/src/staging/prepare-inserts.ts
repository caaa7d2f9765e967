import type Sqlite from 'better-sqlite3';
import type { ImportedUser, ImportRow } from '../import-row.ts';
import { loginForDisplay } from '../secret-text.ts';
import type { RowProblem } from '../row-problem.ts';
import type { UserColumn } from '../user-columns.ts';
import { checkKeys, getKeys, uniqueKeys, type Keys } from './unique-keys.ts';
import { encodeProperties } from './user-properties.ts';

type Inserts = { insertRow: (row: ImportRow) => void; reject: (problem: RowProblem) => void };

/** Returns functions that insert a row of the import, and that replace a user by a problem. */
export function prepareInserts(
  sqlite: Sqlite.Database,
  unit: string,
  userColumns: readonly UserColumn[],
): Inserts {
  const insertUser = prepareInsertUser(sqlite, userColumns);
  const describeDuplicate = prepareDescribeDuplicate(sqlite, unit);
  const reject = prepareReject(sqlite);
  return {
    reject,
    insertRow(row) {
      if (!row.user) {
        reject(row);
        return;
      }
      const { line, user } = row;
      const keys = getKeys(user);
      const problem =
        checkKeys(keys, user) ?? (insertUser(line, user, keys) ? null : describeDuplicate(keys));
      if (problem) reject({ line, who: user.username, problem });
    },
  };
}

/** @returns a function that returns false if another user has one of the keys */
function prepareInsertUser(sqlite: Sqlite.Database, userColumns: readonly UserColumn[]) {
  const insert = sqlite.prepare(
    `insert into users (line, id, username, username_key, email_key, is_username_generated, scheme, is_admin, is_disabled, is_unverified, properties)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
  );
  return (line: number, user: ImportedUser, keys: Keys): boolean => {
    const [id, usernameKey, emailKey] = keys;
    const { username, isUsernameGenerated, scheme, role, isActive } = user;
    const counted = [Number(isUsernameGenerated), scheme, Number(role === 'admin'), Number(!isActive)];
    const isUnverified = Number(user.email !== null && user.emailVerifiedAt === null);
    const properties = encodeProperties(user, userColumns);
    return (
      insert.run([line, id, username, usernameKey, emailKey, ...counted, isUnverified, properties])
        .changes === 1
    );
  };
}

function prepareDescribeDuplicate(sqlite: Sqlite.Database, unit: string) {
  const lookups = uniqueKeys.map(({ column, label }) => ({
    label,
    find: sqlite.prepare<[string | null], { line: number }>(`select line from users where ${column} = ?`),
  }));
  return (keys: Keys): string => {
    for (const [index, { label, find }] of lookups.entries()) {
      const other = find.get(keys[index] ?? null);
      if (other) return `same ${label} as ${unit} ${other.line}`;
    }
    throw new Error('A user that was not inserted conflicts with no other.');
  };
}

function prepareReject(sqlite: Sqlite.Database) {
  const deleteUser = sqlite.prepare('delete from users where line = ?');
  const insertProblem = sqlite.prepare('insert into problems values (?, ?, ?)');
  return ({ line, who, problem }: RowProblem): void => {
    deleteUser.run(line);
    insertProblem.run(line, loginForDisplay(who), problem);
  };
}
