import { Mysql2Adapter } from '@lucia-auth/adapter-mysql';
import { NodePostgresAdapter } from '@lucia-auth/adapter-postgresql';
import { BetterSqlite3Adapter } from '@lucia-auth/adapter-sqlite';
import type { Adapter, DatabaseSession } from 'lucia';
import type { SessionAdapter, SessionAttributes } from './session.ts';

// The casts to `never`: each adapter asks for the whole type of its driver, and uses two or three methods of it.

type Tables = { user: string; session: string };

/** What Lucia's adapters do not do: changing the columns that are ours. */
type Update = SessionAdapter['updateSession'];

/**
 * Sessions in SQLite, over a better-sqlite3 `Database`.
 * @param exclusively runs a write while nobody else has a transaction open on this connection
 */
export function sqliteSessionAdapter(
  database: SqliteDatabase,
  tables: Tables,
  updateSession: Update,
  exclusively: (write: () => Promise<void>) => Promise<void>,
): SessionAdapter {
  // SQLite has neither booleans nor times: better-sqlite3 binds numbers and texts only.
  const adapter = withColumns(
    new BetterSqlite3Adapter(withRememberedStatements(database) as never, tables),
    (value) => (value instanceof Date ? value.getTime() : value),
  );
  return {
    ...adapter,
    setSession: (session) => exclusively(() => adapter.setSession(session)),
    updateSessionExpiration: (id, expiresAt) =>
      exclusively(() => adapter.updateSessionExpiration(id, expiresAt)),
    deleteSession: (id) => exclusively(() => adapter.deleteSession(id)),
    deleteUserSessions: (userId) => exclusively(() => adapter.deleteUserSessions(userId)),
    deleteExpiredSessions: () => exclusively(() => adapter.deleteExpiredSessions()),
    updateSession,
  };
}

/** Sessions in PostgreSQL, over a `pg` pool. */
export function postgresqlSessionAdapter(
  pool: object,
  tables: Tables,
  updateSession: Update,
): SessionAdapter {
  return { ...withColumns(new NodePostgresAdapter(pool as never, tables), (value) => value), updateSession };
}

/** Sessions in MySQL and MariaDB, over a `mysql2` pool (the one with promises). */
export function mysqlSessionAdapter(pool: object, tables: Tables, updateSession: Update): SessionAdapter {
  return { ...withColumns(new Mysql2Adapter(pool as never, tables), (value) => value), updateSession };
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

/** Drivers differ in what a time and a boolean look like; behind this they are `Date` and `boolean`. */
function withColumns(adapter: Adapter, write: (value: string | Date | number | null) => unknown): Adapter {
  const read = (session: DatabaseSession): DatabaseSession => ({
    ...session,
    expiresAt: dateOf(session.expiresAt),
    attributes: readColumns(session.attributes),
  });
  const written = (attributes: SessionAttributes) =>
    Object.fromEntries(
      Object.entries(attributes).map(([column, value]) => [
        column,
        write(typeof value === 'boolean' ? Number(value) : value),
      ]),
    );

  return {
    async getSessionAndUser(id) {
      const [session, user] = await adapter.getSessionAndUser(id);
      return [session && read(session), user];
    },
    getUserSessions: async (userId) => (await adapter.getUserSessions(userId)).map(read),
    setSession: (session) =>
      // The cast: Lucia types the attributes as they are read, not as a driver wants them written.
      adapter.setSession({ ...session, attributes: written(session.attributes) as SessionAttributes }),
    updateSessionExpiration: (id, expiresAt) => adapter.updateSessionExpiration(id, expiresAt),
    deleteSession: (id) => adapter.deleteSession(id),
    deleteUserSessions: (userId) => adapter.deleteUserSessions(userId),
    deleteExpiredSessions: () => adapter.deleteExpiredSessions(),
  };
}

function readColumns(columns: Record<keyof SessionAttributes, unknown>): SessionAttributes {
  return {
    browser_id: textOrNull(columns.browser_id),
    created_at: dateOf(columns.created_at),
    last_seen_at: dateOf(columns.last_seen_at),
    fresh_until: dateOf(columns.fresh_until),
    must_rotate: Boolean(columns.must_rotate),
    replaced_id: textOrNull(columns.replaced_id),
    replaced_at: columns.replaced_at === null ? null : dateOf(columns.replaced_at),
    user_agent: String(columns.user_agent),
    address: textOrNull(columns.address),
  };
}

const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);

function dateOf(value: unknown): Date {
  if (value instanceof Date) return value;
  if (typeof value === 'number') return new Date(value);
  // mysql2 gives `2026-01-31 12:00:00.000`, a time in UTC without saying so.
  const time = String(value);
  return new Date(/([zZ]|[+-]\d\d(:?\d\d)?)$/.test(time) ? time : `${time.replace(' ', 'T')}Z`);
}
