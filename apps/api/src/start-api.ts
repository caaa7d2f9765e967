import {
  createAuth,
  hashPassword,
  mysqlSessionAdapter,
  postgresqlSessionAdapter,
  sessionCookie,
  sqliteSessionAdapter,
  type SessionAdapter,
  type SqliteDatabase,
} from '@latchkey/auth';
import { allowedOrigins, siteOrigin, type Config } from '@latchkey/config';
import {
  createUserStore,
  isUpToDate,
  openDatabase,
  seedDemoUsers,
  upgrade,
  type Database,
} from '@latchkey/db';
import { createLog } from '@latchkey/http';
import { createHandler, type Handler } from './handler.ts';

/** The API, ready to answer. */
export type Api = {
  handle: Handler;
  /** Whether the demo's susan / cat can sign in: for the line that says so at start. */
  hasDemoUsers: boolean;
  stop(): Promise<void>;
};

/**
 * Opens the database, brings it up to date, adds the demo users where they are wanted, and puts auth and db together:
 * neither of the two knows of the other.
 * @param port where the site is reached, for its own origin
 * @throws DatabaseError when the database cannot be opened or is newer than this code
 */
export async function startApi(config: Config, port: number): Promise<Api> {
  const database = await openDatabase(config.databaseUrl);
  try {
    await upgrade(database);
    if (config.seedDemo) await seedDemoUsers(database, hashPassword);

    const users = createUserStore(database);
    const auth = createAuth({
      sessions: await sessionAdapter(database),
      loadUser: (id) => users.findById(id),
      sessionLifetime: config.session,
      rememberLifetime: config.remember,
    });
    const cookie = sessionCookie({ isSecure: siteOrigin(config, port).startsWith('https:') });
    const log = createLog(config.logLevel);
    const handle = createHandler({
      services: { auth, cookie, users, log },
      allowedOrigins: () => allowedOrigins(config, port),
      isReady: () => isUpToDate(database),
    });
    const hasDemoUsers = config.seedDemo && (await users.findByLogin('susan')) !== null;
    return { handle, hasDemoUsers, stop: () => database.close() };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function sessionAdapter(database: Database): Promise<SessionAdapter> {
  const client = await database.nativeClient();
  const tables = { user: 'users', session: 'sessions' };
  switch (database.engine) {
    case 'sqlite':
      return sqliteSessionAdapter(client as SqliteDatabase, tables);
    case 'postgresql':
      return postgresqlSessionAdapter(client, tables);
    case 'mysql':
      return mysqlSessionAdapter(client, tables);
  }
}
