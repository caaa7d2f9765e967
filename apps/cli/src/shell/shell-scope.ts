import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { appRouter, assembleApi, type Application } from '@latchkey/api';
import { cookieStore, createClient, type ApiClient } from '@latchkey/api/client';
import { checkPassword, hashPassword, type Auth, type PresentedTokens } from '@latchkey/auth';
import { workspaceRoot, type Config } from '@latchkey/config';
import type { Database, UserRecord } from '@latchkey/db';
import { CommandError } from '../command-error.ts';
import { sayingHowToCall, type Procedure } from './api-client.ts';
import { knownEntities, type Entities } from './entities.ts';

/** What one can call in the shell. Twin of `flask shell`'s context. */
export type ShellScope = {
  orm: Database['orm'];
  /** The shell's own unit of work. */
  em: ReturnType<Database['em']>;
  /** Every entity by its name; each is in scope under its name as well, where JavaScript has no such name itself. */
  entities: Entities['byName'];
  auth: Auth<UserRecord>;
  hashPassword: typeof hashPassword;
  checkPassword: typeof checkPassword;
  /** The typed client, as nobody. */
  api: ApiClient;
  /** The typed client, signed in as a user, whose password it does not need. */
  as: (login: string) => Promise<ApiClient>;
  /** Node's own, from the root of the workspace. */
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
  /** Ends the sessions that `as` has started, and waits for what is under way. */
  end(): Promise<void>;
};

export type ShellSettings = { config: Config; application: Application; readOnly?: boolean };

/**
 * Puts together what the shell knows.
 * @param database migrated; in a shell that only reads, it refuses writes already
 */
export async function createShell(database: Database, settings: ShellSettings): Promise<Shell> {
  const { config, application, readOnly = false } = settings;
  const { handle, services, stop } = await assembleApi(database, config, config.port, application);
  const { auth, cookies: cookieFormat, users } = services;
  const client = { userAgent: 'pnpm shell', address: null };
  const started: PresentedTokens[] = [];
  const called = procedures();
  const clients = new WeakSet<object>();
  const clientWith = (cookies = cookieStore()) => {
    const api = createClient({
      url: 'http://api.in.this.process',
      fetch: handle,
      cookies,
      // The device that the sessions belong to: another one's use of them would be noticed.
      headers: () => ({ 'user-agent': client.userAgent }),
    });
    const told = sayingHowToCall(api, called);
    clients.add(told);
    return told;
  };

  const entities = knownEntities(database);
  const em = database.em();
  const scope: ShellScope = {
    orm: database.orm,
    em,
    entities: entities.byName,
    ...Object.fromEntries(Object.entries(entities.byName).filter(([name]) => !(name in globalThis))),
    auth,
    hashPassword,
    checkPassword,
    api: clientWith(),
    async as(login: unknown) {
      if (readOnly) {
        throw new CommandError(
          'as() starts a session, which is a write. Start the shell without --read-only for it.',
        );
      }
      if (typeof login !== 'string' || login.trim() === '') {
        throw new CommandError(
          `as(): found ${described(login, entities)}; expected a user name or an e-mail address, as in as('susan').`,
        );
      }
      const user = await users.findByLogin(login);
      if (!user) throw new CommandError(`There is no user ${login}.`);
      const { issued } = await auth.loginUser(user, { client });
      started.push({ session: issued.session ?? null, remember: null });
      const cookies = cookieStore();
      cookies.store(cookieFormat.write(issued));
      return clientWith(cookies);
    },
    require: createRequire(join(workspaceRoot, 'package.json')),
  };
  const yours = (await application.shellScope?.({ em, auth, users })) ?? {};

  return {
    scope: { ...scope, ...withoutTaken(yours, scope) },
    entities,
    procedures: called,
    isClient: (value) => typeof value === 'function' && clients.has(value),
    readOnly,
    async end() {
      for (const tokens of started.splice(0)) await auth.logoutUser(tokens, client);
      await stop();
    },
  };
}

/** What somebody gave, without what is in it: there are hashes in rows. */
function described(value: unknown, entities: Entities): string {
  if (value === undefined) return 'nothing';
  const entity = entities.rowOf(value);
  if (entity) return `a row of ${entity.className}`;
  return inspect(value, { depth: -1 });
}

function procedures(): Procedure[] {
  // tRPC keeps them flat, by their whole path, and has their kind beside what its types say.
  const flat: Record<string, object> = appRouter._def.procedures;
  return Object.entries(flat).map(([path, procedure]) => {
    const { type } = Reflect.get(procedure, '_def') as { type: string };
    return { path, call: type === 'mutation' ? 'mutate' : 'query' };
  });
}

function withoutTaken(yours: Record<string, unknown>, ours: ShellScope): Record<string, unknown> {
  const taken = Object.keys(yours).filter((name) => name in ours || name in globalThis);
  if (taken.length === 0) return yours;
  throw new CommandError(
    `shellScope in apps/api/src/application.ts: ${taken.join(', ')} is taken already. Give it another name.`,
  );
}
