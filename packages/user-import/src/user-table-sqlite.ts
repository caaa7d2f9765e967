import type Sqlite from 'better-sqlite3';
import type { Database } from '@latchkey/db';
import type { ExistingUser, UserTable } from './user-table.ts';

/**
 * SQLite: small statements, prepared once. The ORM prepares each statement again, and the garbage collector does not see
 * SQLite's memory for large ones, so a million rows would exhaust it.
 */
export async function openSqliteUserTable(database: Database): Promise<UserTable> {
  // The cast: MikroORM's connection to SQLite is better-sqlite3's.
  const sqlite = (await database.nativeClient()) as Sqlite.Database;
  const select = 'select id, username, username_key as "usernameKey", email_key as "emailKey" from users';
  const byKey = sqlite.prepare<[string, string], ExistingUser>(
    `${select} where username_key = ? or email_key = ?`,
  );
  const byId = sqlite.prepare<[string], ExistingUser>(`${select} where id = ?`);

  return {
    isEmpty: async () => sqlite.prepare('select 1 from users limit 1').get() === undefined,

    findMatching: (keys, ids) =>
      database.runExclusively(async () => [
        ...keys.flatMap((key) => byKey.all(key, key)),
        ...ids.flatMap((id) => byId.all(id)),
      ]),
  };
}
