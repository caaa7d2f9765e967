import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { appRouter, createApi, type Api, type Application } from '@latchkey/api';
import { cookieStore, createClient } from '@latchkey/api/client';
import type { Auth } from '@latchkey/auth';
import { workspaceRoot, type Config } from '@latchkey/config';
import type { Database, UserRecord } from '@latchkey/db';
import { CommandError } from '../command-error.ts';
import {
  createCaller,
  createLazyCaller,
  type ApiCaller,
  type Procedure,
  type SignInCaller,
} from './api-client.ts';
import { knownEntities, type Entities } from './entities.ts';
import { createShellSessions } from './shell-sessions.ts';

/** The names in scope of the shell. Equivalent of Flask's shell context. */
export type ShellScope = {
  orm: Database['orm'];
  /** The shell's own unit of work. */
  em: ReturnType<Database['em']>;
  /** All entities by name. Each is also in scope under its name, unless JavaScript has a global of that name. */
  entities: Entities['byName'];
  auth: Auth<UserRecord>;
  /** Hashes a password as the API does. Equivalent of Werkzeug's `generate_password_hash`. */
  hashPassword: (password: string) => Promise<string>;
  /** Checks a password as the API does. Equivalent of Werkzeug's `check_password_hash`. */
  checkPassword: (hash: string | null, password: string) => Promise<boolean>;
  /** The procedures of the API as functions, not signed in. */
  api: ApiCaller;
  /** The same, signed in as a user. It needs no password, and no `await` of its own. */
  as: (login: string) => SignInCaller;
  /** Node's `require`, resolving from the root of the workspace. */
  require: NodeJS.Require;
  [name: string]: unknown;
};

export type Shell = {
  scope: ShellScope;
  entities: Entities;
  /** Whether a value is a client of the API. */
  isClient(value: unknown): boolean;
  procedures: readonly Procedure[];
  readOnly: boolean;
  /** Ends the sessions that `as` started, and waits for the running work of the API. */
  end(): Promise<void>;
};

export type ShellSettings = { config: Config; application: Application; readOnly?: boolean };

/**
 * Creates the scope of the shell.
 * @param database with a current schema; in a read-only shell it already refuses writes
 */
export async function createShell(database: Database, settings: ShellSettings): Promise<Shell> {
  const { config, application, readOnly = false } = settings;
  const server = createApi(database, config, config.port, application);
  const { auth, cookies: cookieFormat, passwords, users } = server.services;
  const client = { userAgent: 'pnpm shell', address: null };
  const called = procedures();
  const clients = new WeakSet<object>();
  const known = <Caller extends object>(caller: Caller): Caller => {
    clients.add(caller);
    return caller;
  };
  const requests = trackRequests(server.handle);
  const clientWith = (cookies = cookieStore()) =>
    createClient({
      url: 'http://api.in.this.process',
      fetch: requests.handle,
      cookies,
      // The device of the sessions: using them with another one would count as theft.
      headers: () => ({ 'user-agent': client.userAgent }),
    });

  const sessions = createShellSessions(server.services, client);

  const entities = knownEntities(database);
  const em = database.em();
  const scope: ShellScope = {
    orm: database.orm,
    em,
    entities: entities.byName,
    ...Object.fromEntries(Object.entries(entities.byName).filter(([name]) => !(name in globalThis))),
    auth,
    hashPassword: passwords.hash,
    checkPassword: async (hash, password) => (await passwords.check(hash, password)).isRight,
    api: known(createCaller(clientWith(), called)),
    as(login: unknown) {
      if (readOnly) {
        throw new CommandError(
          'as() starts a session, which is a write. Start the shell without --read-only to use it.',
        );
      }
      if (typeof login !== 'string' || login.trim() === '') {
        throw new CommandError(
          `as(): found ${described(login, entities)}; expected a user name or an e-mail address, as in as('susan').`,
        );
      }
      const open = async () => {
        const cookies = cookieStore();
        cookies.store(cookieFormat.write(await sessions.start(login)));
        return clientWith(cookies);
      };
      return known(createLazyCaller(open, called, known));
    },
    require: createRequire(join(workspaceRoot, 'package.json')),
  };
  const ofApplication = (await application.shellScope?.({ em, auth, users })) ?? {};

  return {
    scope: { ...scope, ...requireNewNames(ofApplication, scope) },
    entities,
    procedures: called,
    isClient: (value) => typeof value === 'function' && clients.has(value),
    readOnly,
    async end() {
      await requests.end();
      await sessions.endAll();
      await server.stop();
    },
  };
}

/** Waits for requests at the end, since statements may have left them without `await`. Later ones are not answered. */
function trackRequests(handle: Api['handle']): { handle: Api['handle']; end(): Promise<void> } {
  const pending = new Set<Promise<Response>>();
  let hasEnded = false;
  return {
    async handle(request) {
      if (hasEnded) return new Promise(() => undefined);
      const response = handle(request);
      pending.add(response);
      return response.finally(() => pending.delete(response));
    },
    async end() {
      hasEnded = true;
      await Promise.allSettled(pending);
    },
  };
}

/** An argument for an error message. Rows are not printed: they contain hashes. */
function described(value: unknown, entities: Entities): string {
  if (value === undefined) return 'nothing';
  const entity = entities.rowOf(value);
  if (entity) return `a row of ${entity.className}`;
  return inspect(value, { depth: -1 });
}

function procedures(): Procedure[] {
  // tRPC stores them flat, by path. Their `_def.type` is not part of its types.
  const flat: Record<string, object> = appRouter._def.procedures;
  return Object.entries(flat).map(([path, procedure]) => {
    const { type } = Reflect.get(procedure, '_def') as { type: string };
    return { path, call: type === 'mutation' ? 'mutate' : 'query' };
  });
}

function requireNewNames(names: Record<string, unknown>, scope: ShellScope): Record<string, unknown> {
  const taken = Object.keys(names).filter((name) => name in scope || name in globalThis);
  if (taken.length === 0) return names;
  throw new CommandError(
    `shellScope in apps/api/src/application.ts: ${taken.join(', ')} is already in scope. Choose another name.`,
  );
}
