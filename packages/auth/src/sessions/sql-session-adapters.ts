import { Mysql2Adapter } from '@lucia-auth/adapter-mysql';
import { NodePostgresAdapter } from '@lucia-auth/adapter-postgresql';
import { BetterSqlite3Adapter } from '@lucia-auth/adapter-sqlite';
import type { DatabaseSession } from 'lucia';
import type { SessionAdapter, SessionAttributes } from './session.ts';

type Tables = { user: string; session: string };

/** Sessions in SQLite, over a better-sqlite3 `Database`. */
export function sqliteSessionAdapter(database: SqliteDatabase, tables: Tables): SessionAdapter {
  const adapter = new BetterSqlite3Adapter(withRememberedStatements(database), tables);
  return withColumns(adapter, {
    // SQLite has neither booleans nor times: better-sqlite3 binds numbers and texts only.
    write: ({ created_at, is_remembered }) => ({
      created_at: created_at.getTime(),
      is_remembered: Number(is_remembered),
    }),
    read: readColumns,
  });
}

/** Sessions in PostgreSQL, over a `pg` pool. */
export function postgresqlSessionAdapter(pool: object, tables: Tables): SessionAdapter {
  return withColumns(new NodePostgresAdapter(pool, tables), {
    write: (values) => values,
    read: readColumns,
  });
}

/** Sessions in MySQL and MariaDB, over a `mysql2` pool (the one with promises). */
export function mysqlSessionAdapter(pool: object, tables: Tables): SessionAdapter {
  return withColumns(new Mysql2Adapter(pool as never, tables), {
    write: (values) => values,
    read: readColumns,
  });
}

/** What is used of better-sqlite3's `Database`. */
export type SqliteDatabase = { prepare(sql: string): object };

/** Lucia's adapter prepares its statements anew at every call; behind this it prepares each of them once. */
function withRememberedStatements(database: SqliteDatabase): SqliteDatabase {
  const statements = new Map<string, object>();
  return {
    prepare(sql) {
      const statement = statements.get(sql) ?? database.prepare(sql);
      statements.set(sql, statement);
      return statement;
    },
  };
}

type Columns = {
  write(values: SessionAttributes): Record<keyof SessionAttributes, unknown>;
  read(columns: Record<keyof SessionAttributes, unknown>): SessionAttributes;
};

/** Drivers differ in what a time and a boolean look like; behind this they are `Date` and `boolean`. */
function withColumns(adapter: SessionAdapter, columns: Columns): SessionAdapter {
  const read = (session: DatabaseSession): DatabaseSession => ({
    ...session,
    expiresAt: dateOf(session.expiresAt),
    attributes: columns.read(session.attributes),
  });

  return {
    async getSessionAndUser(id) {
      const [session, user] = await adapter.getSessionAndUser(id);
      return [session && read(session), user];
    },
    getUserSessions: async (userId) => (await adapter.getUserSessions(userId)).map(read),
    setSession: (session) =>
      // The cast: Lucia types the attributes as they are read, not as a driver wants them written.
      adapter.setSession({
        ...session,
        attributes: columns.write(session.attributes) as unknown as SessionAttributes,
      }),
    updateSessionExpiration: (id, expiresAt) => adapter.updateSessionExpiration(id, expiresAt),
    deleteSession: (id) => adapter.deleteSession(id),
    deleteUserSessions: (userId) => adapter.deleteUserSessions(userId),
    deleteExpiredSessions: () => adapter.deleteExpiredSessions(),
  };
}

const readColumns: Columns['read'] = ({ created_at, is_remembered }) => ({
  created_at: dateOf(created_at),
  is_remembered: Boolean(is_remembered),
});

function dateOf(value: unknown): Date {
  if (value instanceof Date) return value;
  if (typeof value === 'number') return new Date(value);
  // mysql2 gives `2026-01-31 12:00:00.000`, a time in UTC without saying so.
  const time = String(value);
  return new Date(/([zZ]|[+-]\d\d(:?\d\d)?)$/.test(time) ? time : `${time.replace(' ', 'T')}Z`);
}
