import { setImmediate } from 'node:timers/promises';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type Sqlite from 'better-sqlite3';
import { type Database, User } from '@latchkey/db';
import { storedProperties } from '@latchkey/db/sql';
import { toSqlite } from './sqlite-value.ts';
import type { ExistingUser, UserTable } from './user-table.ts';

/** Inserts touch random pages of the unique indexes. With the default 16 MiB they spend most of their time on that. */
const insertCacheKib = 65_536;

/**
 * SQLite: small statements, prepared once. The ORM prepares each statement again, and the garbage collector does not see
 * SQLite's memory for large ones, so a million rows would exhaust it.
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

    findMatching: (keys, ids) =>
      database.runExclusively(async () => [
        ...keys.flatMap((key) => byKey.all(key, key)),
        ...ids.flatMap((id) => byId.all(id)),
      ]),

    insertAll: (users, onWritten) =>
      database.runExclusively(async () => {
        const cacheSize = Number(sqlite.pragma('cache_size', { simple: true }));
        sqlite.pragma(`cache_size = ${-insertCacheKib}`);
        sqlite.exec('begin immediate');
        try {
          let written = 0;
          for (const batch of users) {
            for (const user of batch) insert.run(columns.map(({ name }) => toSqlite(user[name])));
            onWritten((written += batch.length));
            // SQLite blocks the event loop: this handles signals.
            await setImmediate();
          }
          sqlite.exec('commit');
        } catch (error) {
          // SQLite has already rolled back after some errors, such as a full disk.
          if (sqlite.inTransaction) sqlite.exec('rollback');
          throw isTaken(error) ? new UniqueConstraintViolationException(error) : error;
        } finally {
          sqlite.pragma(`cache_size = ${cacheSize}`);
        }
      }),
  };
}

const isTaken = (error: unknown): error is Error =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'SQLITE_CONSTRAINT_UNIQUE' || error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY');
