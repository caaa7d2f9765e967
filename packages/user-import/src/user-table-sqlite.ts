import { setImmediate } from 'node:timers/promises';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type Sqlite from 'better-sqlite3';
import { type Database, User } from '@latchkey/db';
import { storedProperties } from '@latchkey/db/sql';
import type { ExistingUser, UserTable } from './user-table.ts';

/** The indexes of names and addresses are written here and there: with the usual 16 MiB, most of the time goes into that. */
const largeCacheKib = 65_536;

/**
 * SQLite: small statements, prepared once. The ORM prepares each one anew, and what SQLite holds of large ones is not
 * seen by the garbage collector, so that a million rows would fill the memory.
 */
export async function sqliteUserTable(database: Database): Promise<UserTable> {
  // The cast: MikroORM's connection to SQLite is better-sqlite3's.
  const sqlite = (await database.nativeClient()) as Sqlite.Database;
  const select = 'select id, username, username_key as "usernameKey", email_key as "emailKey" from users';
  const byKey = sqlite.prepare<[string, string], ExistingUser>(
    `${select} where username_key = ? or email_key = ?`,
  );
  const byId = sqlite.prepare<[string], ExistingUser>(`${select} where id = ?`);
  const columns = storedProperties(database.orm.getMetadata(User)).map(
    ({ name, fieldNames: [column = ''] }) => ({ name, column }),
  );
  const insert = sqlite.prepare(
    `insert into users (${columns.map(({ column }) => `"${column}"`).join()}) values (${columns.map(() => '?').join()})`,
  );

  return {
    isEmpty: async () => sqlite.prepare('select 1 from users limit 1').get() === undefined,

    findAlike: (keys, ids) =>
      database.exclusively(async () => [
        ...keys.flatMap((key) => byKey.all(key, key)),
        ...ids.flatMap((id) => byId.all(id)),
      ]),

    insertAll: (users, onWritten) =>
      database.exclusively(async () => {
        const cacheSize = Number(sqlite.pragma('cache_size', { simple: true }));
        sqlite.pragma(`cache_size = ${-largeCacheKib}`);
        sqlite.exec('begin immediate');
        try {
          let written = 0;
          for (const some of users) {
            for (const user of some) insert.run(columns.map(({ name }) => stored(user[name])));
            onWritten((written += some.length));
            // SQLite works without letting anything else happen: signals come through here.
            await setImmediate();
          }
          sqlite.exec('commit');
        } catch (error) {
          // A full disk, for one, has rolled back by itself.
          if (sqlite.inTransaction) sqlite.exec('rollback');
          throw isTaken(error) ? new UniqueConstraintViolationException(error) : error;
        } finally {
          sqlite.pragma(`cache_size = ${cacheSize}`);
        }
      }),
  };
}

/** As MikroORM stores them: SQLite knows neither times nor booleans. */
function stored(value: string | boolean | Date | null): string | number | null {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'boolean' ? Number(value) : value;
}

const isTaken = (error: unknown): error is Error =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'SQLITE_CONSTRAINT_UNIQUE' || error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY');
