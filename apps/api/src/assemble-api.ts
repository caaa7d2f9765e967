import {
  createAuth,
  mysqlSessionAdapter,
  postgresqlSessionAdapter,
  sessionCookie,
  sqliteSessionAdapter,
  type SessionAdapter,
  type SqliteDatabase,
} from '@latchkey/auth';
import { allowedOrigins, siteOrigin, type Config } from '@latchkey/config';
import { createUserStore, isUpToDate, type Database } from '@latchkey/db';
import { createLog } from '@latchkey/http';
import type { Services } from './context.ts';
import { createHandler, type Handler } from './handler.ts';

/**
 * Puts auth and db together over an open database: neither of the two knows of the other.
 * @param port where the site is reached, for its own origin
 */
export async function assembleApi(
  database: Database,
  config: Config,
  port: number,
): Promise<{ handle: Handler; services: Services }> {
  const users = createUserStore(database);
  const auth = createAuth({
    sessions: await sessionAdapter(database),
    loadUser: (id) => users.findById(id),
    sessionLifetime: config.session,
    rememberLifetime: config.remember,
  });
  const cookie = sessionCookie({ isSecure: siteOrigin(config, port).startsWith('https:') });
  const services = { auth, cookie, users, log: createLog(config.logLevel) };
  const handle = createHandler({
    services,
    allowedOrigins: allowedOrigins(config, port),
    isReady: () => isUpToDate(database),
  });
  return { handle, services };
}

async function sessionAdapter(database: Database): Promise<SessionAdapter> {
  const client = await database.nativeClient();
  const tables = { user: 'users', session: 'sessions' };
  switch (database.engine) {
    case 'sqlite':
      // The cast: MikroORM's connection to SQLite is better-sqlite3's Database.
      return sqliteSessionAdapter(client as SqliteDatabase, tables);
    case 'postgresql':
      return postgresqlSessionAdapter(client, tables);
    case 'mysql':
      return mysqlSessionAdapter(client, tables);
  }
}
