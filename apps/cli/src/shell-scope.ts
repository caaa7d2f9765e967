import { assembleApi } from '@latchkey/api';
import { cookieStore, createClient, type ApiClient } from '@latchkey/api/client';
import { checkPassword, hashPassword, type Auth, type PresentedTokens } from '@latchkey/auth';
import type { Config } from '@latchkey/config';
import type { Database, UserRecord } from '@latchkey/db';
import { CommandError } from './command.ts';

/** What one can call in the shell. Twin of `flask shell`'s context. */
export type ShellScope = {
  orm: Database['orm'];
  /** The shell's own unit of work. */
  em: ReturnType<Database['em']>;
  auth: Auth<UserRecord>;
  hashPassword: typeof hashPassword;
  checkPassword: typeof checkPassword;
  /** The typed client, as nobody. */
  api: ApiClient;
  /** The typed client, signed in as a user, whose password it does not need. */
  as: (login: string) => Promise<ApiClient>;
  [entity: string]: unknown;
};

/** @returns the scope, and what ends the sessions that `as` has started */
export async function shellScope(
  database: Database,
  config: Config,
): Promise<{ scope: ShellScope; end: () => Promise<void> }> {
  const { handle, services } = await assembleApi(database, config, config.port);
  const { auth, cookies: cookieFormat, users } = services;
  const client = { userAgent: 'pnpm shell', address: null };
  const started: PresentedTokens[] = [];
  const clientWith = (cookies = cookieStore()) =>
    createClient({ url: 'http://api.in.this.process', fetch: handle, cookies });

  const scope = {
    orm: database.orm,
    em: database.em(),
    ...Object.fromEntries(database.entities.map((entity) => [entity.meta.className, entity])),
    auth,
    hashPassword,
    checkPassword,
    api: clientWith(),
    async as(login: string) {
      const user = await users.findByLogin(login);
      if (!user) throw new CommandError(`There is no user ${login}.`);
      const { issued } = await auth.loginUser(user, { client });
      started.push({ session: issued.session ?? null, remember: null });
      const cookies = cookieStore();
      cookies.store(cookieFormat.write(issued));
      return clientWith(cookies);
    },
  };
  const end = async () => {
    for (const tokens of started.splice(0)) await auth.logoutUser(tokens, client);
  };
  return { scope, end };
}

/**
 * Works out one expression, in which `await` may be used.
 * @throws whatever the expression throws; SyntaxError when it is none
 */
export async function evaluate(expression: string, scope: ShellScope): Promise<unknown> {
  // The expression comes from whoever may run anything here: this is a shell.
  const AsyncFunction = (async () => undefined).constructor as AsyncFunctionConstructor;
  const work = new AsyncFunction(...Object.keys(scope), `return (${expression}\n);`);
  return work(...Object.values(scope));
}

/** What JavaScript has no global name for: the last argument is the body, those before it are parameters. */
type AsyncFunctionConstructor = new (...texts: string[]) => (...values: unknown[]) => Promise<unknown>;
