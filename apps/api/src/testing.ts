import { readConfig } from '@latchkey/config';
import { createUserStore, endSessionsOf, openDatabase, type Database } from '@latchkey/db';
import { temporaryDatabase } from '@latchkey/db/testing';
import { serve, toListener } from '@latchkey/http';
import { cookieStore, createClient, type ApiClient } from './client.ts';
import { startApi } from './start-api.ts';

/** The API on a real port over a database of its own, with the demo users in it: for tests. */
export type TestApi = {
  url: string;
  databaseUrl: string;
  /** A typed client with a cookie jar of its own, like one browser. */
  browser(): { api: ApiClient; cookies: ReturnType<typeof cookieStore> };
  /** A look behind the API. */
  database: Database;
  /** What an administrator does to a user, from outside of the API. */
  disable(username: string): Promise<void>;
  stop(): Promise<void>;
};

/** @param env settings other than the defaults */
export async function startTestApi(env: Record<string, string> = {}): Promise<TestApi> {
  const place = await temporaryDatabase();
  const config = readConfig({ DATABASE_URL: place.url, PORT: '0', LOG_LEVEL: 'silent', ...env });

  let answer: (request: Request) => Promise<Response> = () => Promise.reject(new Error('not started'));
  const listener = toListener(
    (request) => answer(request),
    () => new Response(null, { status: 500 }),
  );
  const serving = await serve(config, listener);
  const api = await startApi(config, serving.port);
  answer = api.handle;

  const url = `http://127.0.0.1:${serving.port}`;
  const database = await openDatabase(config.databaseUrl);
  return {
    url,
    databaseUrl: config.databaseUrl,
    database,
    browser() {
      const cookies = cookieStore();
      return { api: createClient({ url, cookies }), cookies };
    },
    async disable(username) {
      const users = createUserStore(database);
      const user = await users.findByLogin(username);
      if (!user) throw new Error(`There is no user ${username}.`);
      await users.setActive(user.id, false);
      await endSessionsOf(database, user.id);
    },
    async stop() {
      await serving.stop();
      await api.stop();
      await database.close();
      await place.remove();
    },
  };
}
