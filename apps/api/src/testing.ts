import { readConfig, type Config } from '@latchkey/config';
import {
  createDevelopmentMailbox,
  createUserStore,
  type Database,
  demoUsers,
  openDatabase,
  type UserRecord,
} from '@latchkey/db';
import type { TemporaryDatabase } from '@latchkey/db/testing';
import { createMigratedDatabase } from '@latchkey/migrator/testing';
import { serve, toListener, type Answer } from '@latchkey/http';
import type { Application } from './application.ts';
import { cookieStore, createClient, problemOf, type ApiClient, type Problem } from './client.ts';
import type { Services } from './services.ts';
import { startApi } from './start-api.ts';

/** The API on a free port, with a database of its own and the demo users: for tests. */
export type TestApi = {
  url: string;
  databaseUrl: string;
  /** A typed client with its own cookies, like a new browser. @param cookies its initial cookies */
  browser(cookies?: AuthCookieValues): TestBrowser;
  /** A browser that has signed in over the API. @param password a demo user's own by default */
  signIn(login: string, password?: string, options?: { remember?: boolean }): Promise<TestBrowser>;
  /** A browser that is signed in without a password. Equivalent of Flask-Login's `FlaskLoginClient`. */
  signedInAs(username: string, options?: { fresh?: boolean; remember?: boolean }): Promise<TestBrowser>;
  /** The browser after it was closed and opened again: it has only its remember cookie. */
  reopened(browser: TestBrowser): TestBrowser;
  /** Calls a procedure over HTTP with any body and headers. */
  post(procedure: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  userNamed(username: string): Promise<UserRecord>;
  /** The mails to an address, the latest first, once every mail that is due has been sent. */
  mailsTo(address: string): Promise<{ subject: string; text: string; links: string[] }[]>;
  /** The tokens of the mailed links to a page, the latest first. @param path like `/verify-email/` */
  tokensIn(address: string, path: string): Promise<string[]>;
  /** The latest of them. @throws Error when there is none */
  tokenIn(address: string, path: string): Promise<string>;
  /** Changes the address of the user who is signed in, and confirms the new one. */
  changeEmail(browser: TestBrowser, email: string): Promise<void>;
  /** The services of the running API. */
  services: Services;
  /** A separate connection to the API's database. */
  database: Database;
  /** Disables a user as an administrator does, outside the API. */
  disable(username: string): Promise<void>;
  stop(): Promise<void>;
};

export type TestBrowser = {
  api: ApiClient;
  cookies: ReturnType<typeof cookieStore>;
  /** The value of one of the site's own cookies. */
  cookie(name: keyof AuthCookieValues): string | undefined;
  /** The user name of the session; null without one. */
  whoAmI(): Promise<string | null>;
};

export type AuthCookieValues = { session?: string | undefined; remember?: string | undefined };

/** The reason why a call was refused; null when it was not. */
export const reasonOf = (call: Promise<unknown>): Promise<Problem['reason'] | null> =>
  call.then(
    () => null,
    (error: unknown) => problemOf(error).reason,
  );

/** The refusal of a call, with status, message and fields. @throws Error when the call succeeds */
export const refusalOf = (call: Promise<unknown>): Promise<Problem> =>
  call.then(
    () => {
      throw new Error('The call was expected to be refused.');
    },
    (error: unknown) => problemOf(error),
  );

/**
 * @param env settings other than the defaults
 * @param application the additions of an application
 * @param connectVia returns another URL to the database, like that of a proxy, for the API to use
 */
export async function startTestApi(
  env: Record<string, string> = {},
  application?: Application,
  connectVia: (url: string) => Promise<string> = (url) => Promise.resolve(url),
): Promise<TestApi> {
  const temporary = await createMigratedDatabase();
  try {
    const config = readConfig({ ...testEnvironment(env), DATABASE_URL: temporary.url, ...env });
    return await startWith(
      temporary,
      { ...config, databaseUrl: await connectVia(temporary.url) },
      application,
    );
  } catch (error) {
    await temporary.remove();
    throw error;
  }
}

const getDemoPassword = (login: string): string => {
  const user = demoUsers.find(({ username }) => username === login);
  if (!user) throw new Error(`${login} is not a demo user. Pass a password.`);
  return user.password;
};

/** A free port, no log, and fast password hashing, which production refuses. */
const testEnvironment = ({ NODE_ENV }: Record<string, string>) => ({
  PORT: '0',
  LOG_LEVEL: 'silent',
  PASSWORD_HASHING: NODE_ENV === 'production' ? 'standard' : 'fast',
});

async function startWith(
  temporary: TemporaryDatabase,
  config: Config,
  application: Application | undefined,
): Promise<TestApi> {
  const database = await openDatabase(temporary.url);
  let answer: Answer = () => Promise.reject(new Error('not started'));
  const listener = toListener(
    (request, address) => answer(request, address),
    () => new Response(null, { status: 500 }),
  );
  const serving = await serve(config, listener);
  const api = await startApi(config, serving.port, application);
  answer = api.handle;

  const url = `http://127.0.0.1:${serving.port}`;
  const userNamed = async (username: string) => {
    const user = await createUserStore(database).findByLogin(username);
    if (!user) throw new Error(`There is no user ${username}.`);
    return user;
  };
  const browser = (known: AuthCookieValues = {}): TestBrowser => {
    const cookies = cookieStore();
    cookies.store(Object.entries(known).map(([name, value]) => `latchkey_${name}=${value}`));
    const client = createClient({ url, cookies });
    return {
      api: client,
      cookies,
      cookie: (name) => cookies.get(`latchkey_${name}`),
      whoAmI: async () => (await client.auth.me.query())?.user.username ?? null,
    };
  };
  const mailsTo = async (address: string) => {
    await api.mailSent();
    const mailbox = createDevelopmentMailbox(database);
    const found = (await mailbox.list(100)).filter(({ to }) => to === address);
    const mails = await Promise.all(found.map(({ id }) => mailbox.find(id)));
    return mails
      .filter((mail) => mail !== null)
      .map(({ subject, text }) => ({ subject, text, links: text.match(/https?:\/\/\S+/g) ?? [] }));
  };
  const tokensIn = async (address: string, path: string) =>
    (await mailsTo(address))
      .flatMap(({ links }) => links)
      .filter((link) => link.includes(path))
      .map((link) => link.slice(link.lastIndexOf('/') + 1));
  const tokenIn = async (address: string, path: string) => {
    const [token] = await tokensIn(address, path);
    if (!token) throw new Error(`No link to ${path} was mailed to ${address}.`);
    return token;
  };

  return {
    url,
    databaseUrl: temporary.url,
    services: api.services,
    database,
    browser,
    userNamed,
    mailsTo,
    tokensIn,
    tokenIn,
    async signIn(username, password = getDemoPassword(username), { remember = false } = {}) {
      const opened = browser();
      await opened.api.auth.login.mutate({ username, password, remember });
      return opened;
    },
    async signedInAs(username, options = {}) {
      const { auth, cookies: format } = api.services;
      // The user agent of the tests' browsers. Another one would count as another device.
      const client = { userAgent: 'node', address: '127.0.0.1' };
      const { issued } = await auth.loginUser(await userNamed(username), { client, ...options });
      const opened = browser();
      opened.cookies.store(format.write(issued));
      return opened;
    },
    reopened: (closed) => browser({ remember: closed.cookie('remember') }),
    post: (procedure, body, headers) =>
      fetch(`${url}/trpc/${procedure}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    async changeEmail(signedIn, email) {
      await signedIn.api.account.changeEmail.mutate({ email });
      await signedIn.api.auth.verifyEmail.mutate({ token: await tokenIn(email, '/verify-email/') });
    },
    async disable(username) {
      await createUserStore(database).setActive((await userNamed(username)).id, false);
    },
    async stop() {
      await serving.stop();
      await api.stop();
      await database.close();
      await temporary.remove();
    },
  };
}
