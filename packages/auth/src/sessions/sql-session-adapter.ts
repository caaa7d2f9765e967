import { Mysql2Adapter } from '@lucia-auth/adapter-mysql';
import { NodePostgresAdapter } from '@lucia-auth/adapter-postgresql';
import { LibSQLAdapter } from '@lucia-auth/adapter-sqlite';
import type { Adapter, DatabaseSession } from 'lucia';
import type { SessionAdapter, SessionAttributes, SessionChanges, StoredSession } from './session.ts';

/**
 * Runs one SQL statement in a transaction of its own.
 * @param sql with `?` for each value
 * @returns its rows
 */
export type RunSql = (
  sql: string,
  values: readonly unknown[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** The reads and changes of sessions that the application's database offers. */
export type SessionStore = {
  /** Reads a session together with its user, in one query. */
  findSessionAndUser(id: string): Promise<{ session: StoredSession; user: { id: string } } | null>;
  listSessions(userId: string): Promise<StoredSession[]>;
  updateSession(id: string, changes: SessionChanges): Promise<void>;
  deleteOtherSessions(userId: string, exceptId: string): Promise<void>;
};

/**
 * Sessions in the tables `sessions` and `users` of a SQL database. Lucia's own adapter creates, extends and deletes them;
 * the store reads them, which Lucia's adapters do in two queries where one is enough.
 */
export function createSqlSessionAdapter(
  engine: 'sqlite' | 'postgresql' | 'mysql',
  run: RunSql,
  store: SessionStore,
): SessionAdapter {
  const lucia = luciaAdapter[engine](run);
  return {
    async getSessionAndUser(id) {
      const found = await store.findSessionAndUser(id);
      if (!found) return [null, null];
      const { session, user } = found;
      return [toDatabaseSession(session), { id: user.id, attributes: { record: user } }];
    },
    getUserSessions: async (userId) => (await store.listSessions(userId)).map(toDatabaseSession),
    updateSession: (id, changes) => store.updateSession(id, changes),
    deleteOtherSessions: (userId, exceptId) => store.deleteOtherSessions(userId, exceptId),
    setSession: (session) => lucia.setSession({ ...session, attributes: toColumns(session.attributes) }),
    updateSessionExpiration: (id, expiresAt) => lucia.updateSessionExpiration(id, expiresAt),
    deleteSession: (id) => lucia.deleteSession(id),
    deleteUserSessions: (userId) => lucia.deleteUserSessions(userId),
    deleteExpiredSessions: () => lucia.deleteExpiredSessions(),
  };
}

const tables = { user: 'users', session: 'sessions' };

// Each adapter calls one or two methods of its driver, and awaits them. (The adapter for better-sqlite3 does not await:
// a statement could not wait for a transaction that is open on SQLite's one connection.)
// The casts: the adapters declare the whole type of their driver.
const luciaAdapter = {
  sqlite: (run: RunSql): Adapter => {
    const client = {
      execute: async ({ sql, args }: { sql: string; args: unknown[] }) => ({ rows: await run(sql, args) }),
    };
    return new LibSQLAdapter(client, tables);
  },
  postgresql: (run: RunSql): Adapter => {
    // The adapter numbers its placeholders in the order of the values.
    const query = async (sql: string, values: unknown[]) => ({
      rows: await run(sql.replaceAll(/\$\d+/g, '?'), values),
    });
    return new NodePostgresAdapter({ query } as never, tables);
  },
  mysql: (run: RunSql): Adapter => {
    const execute = async (sql: string, values: unknown[]) => [await run(sql, values)];
    return new Mysql2Adapter({ execute, query: execute } as never, tables);
  },
};

function toDatabaseSession({ id, userId, expiresAt, ...attributes }: StoredSession): DatabaseSession {
  return { id, userId, expiresAt, attributes };
}

/** Lucia's adapters use the names of the attributes as the names of columns. */
function toColumns(attributes: SessionAttributes): SessionAttributes {
  const columns = {
    browser_id: attributes.browserId,
    created_at: attributes.createdAt,
    last_seen_at: attributes.lastSeenAt,
    fresh_until: attributes.freshUntil,
    must_rotate: attributes.mustRotate,
    replaced_id: attributes.replacedId,
    replaced_at: attributes.replacedAt,
    unproven_token_id: attributes.unprovenTokenId,
    user_agent: attributes.userAgent,
    address: attributes.address,
  };
  // The cast: Lucia has one type for attributes as they are read and as they are written.
  return columns as unknown as SessionAttributes;
}
