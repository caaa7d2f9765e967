import { createPasswords } from '@latchkey/auth';
import { readConfig, type Config } from '@latchkey/config';
import {
  createDevelopmentMailbox,
  createUserStore,
  isUpToDate,
  openDatabase,
  seedDemoUsers,
  upgrade,
  type Database,
  type UserRecord,
} from '@latchkey/db';
import { temporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { serve, toListener, type Answer } from '@latchkey/http';
import type { Application } from './application.ts';
import { cookieStore, createClient, type ApiClient } from './client.ts';
import type { Services } from './context.ts';
import { startApi } from './start-api.ts';

/** The API on a real port over a database of its own, with the demo users in it: for tests. */
export type TestApi = {
  url: string;
  databaseUrl: string;
  /** A typed client with a cookie jar of its own, like one browser. */
  browser(): TestBrowser;
  /** The same, signed in without a password. Twin of Flask-Login's `FlaskLoginClient`. */
  signedInAs(username: string, options?: { fresh?: boolean; remember?: boolean }): Promise<TestBrowser>;
  /** The mails to somebody, the latest first, once every mail that is due is on its way. */
  mailsTo(address: string): Promise<{ subject: string; text: string; links: string[] }[]>;
  /** What procedures work with. */
  services: Services;
  /** A look behind the API. */
  database: Database;
  /** What an administrator does to a user, from outside of the API. */
  disable(username: string): Promise<void>;
  stop(): Promise<void>;
};

export type TestBrowser = { api: ApiClient; cookies: ReturnType<typeof cookieStore> };

/**
 * @param env settings other than the defaults
 * @param application what an application adds
 * @param way leads the API to its database by another way, for whoever wants to stand in it
 */
export async function startTestApi(
  env: Record<string, string> = {},
  application?: Application,
  way: (url: string) => Promise<string> = (url) => Promise.resolve(url),
): Promise<TestApi> {
  const place = spare.pop() ?? (await temporaryDatabase());
  try {
    const config = readConfig({ ...testEnvironment(env), DATABASE_URL: place.url, ...env });
    return await startOver(place, { ...config, databaseUrl: await way(place.url) }, application);
  } catch (error) {
    await place.remove();
    throw error;
  }
}

/** A free port, no log, and passwords that cost little, which production refuses. */
const testEnvironment = ({ NODE_ENV }: Record<string, string>) => ({
  PORT: '0',
  LOG_LEVEL: 'silent',
  PASSWORD_HASHING: NODE_ENV === 'production' ? 'standard' : 'fast',
});

async function startOver(
  place: TemporaryDatabase,
  config: Config,
  application: Application | undefined,
): Promise<TestApi> {
  const database = await openDatabase(place.url);
  if (config.seedDemo) {
    await upgrade(database);
    await seedDemoUsers(database, (password) => hashOnce(config.passwords, password));
  }

  let answer: Answer = () => Promise.reject(new Error('not started'));
  const listener = toListener(
    (request, address) => answer(request, address),
    () => new Response(null, { status: 500 }),
  );
  const serving = await serve(config, listener);
  const api = await startApi(config, serving.port, application);
  answer = api.handle;

  const url = `http://127.0.0.1:${serving.port}`;
  const find = async (username: string): Promise<UserRecord> => {
    const user = await createUserStore(database).findByLogin(username);
    if (!user) throw new Error(`There is no user ${username}.`);
    return user;
  };
  const browser = () => {
    const cookies = cookieStore();
    return { api: createClient({ url, cookies }), cookies };
  };
  return {
    url,
    databaseUrl: place.url,
    services: api.services,
    database,
    browser,
    async signedInAs(username, options = {}) {
      const { auth, cookies: format } = api.services;
      // As what a browser of these tests calls itself: another device would not be fresh.
      const client = { userAgent: 'node', address: '127.0.0.1' };
      const { issued } = await auth.loginUser(await find(username), { client, ...options });
      const opened = browser();
      opened.cookies.store(format.write(issued));
      return opened;
    },
    async mailsTo(address) {
      await api.mailSent();
      const mailbox = createDevelopmentMailbox(database);
      const found = (await mailbox.list(100)).filter(({ to }) => to === address);
      const mails = await Promise.all(found.map(({ id }) => mailbox.find(id)));
      return mails
        .filter((mail) => mail !== null)
        .map(({ subject, text }) => ({ subject, text, links: text.match(/https?:\/\/\S+/g) ?? [] }));
    },
    async disable(username) {
      await createUserStore(database).setActive((await find(username)).id, false);
    },
    async stop() {
      await serving.stop();
      await api.stop();
      const isEmpty = place.engine !== 'sqlite' && (await empty(database));
      await database.close();
      if (isEmpty) spare.push(place);
      else await place.remove();
    },
  };
}

/** On a server, making tables costs a second: the next world takes them over. What is left in the end goes with the run. */
const spare: TemporaryDatabase[] = [];

/** @returns false when a test has left something else than rows */
async function empty(database: Database): Promise<boolean> {
  if (!(await isUpToDate(database))) return false;
  for (const entity of database.entities) await database.em().nativeDelete(entity, {});
  return true;
}

const hashes = new Map<string, Promise<string>>();

/** The demo users' passwords are the same in every world: what a hash costs is asked for once. */
function hashOnce(passwords: Config['passwords'], password: string): Promise<string> {
  const key = JSON.stringify([passwords, password]);
  const hash = hashes.get(key) ?? createPasswords(passwords).hash(password);
  hashes.set(key, hash);
  return hash;
}
