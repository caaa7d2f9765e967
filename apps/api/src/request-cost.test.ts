import { readConfig } from '@latchkey/config';
import { createTemporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { startApi, type RunningApi } from './start-api.ts';

// The cost of a request, in statements and objects: these counts are the same on every machine.

const statements: string[] = [];
let temporary: TemporaryDatabase;
let api: RunningApi;

beforeAll(async () => {
  temporary = await createTemporaryDatabase();
  const env = { DATABASE_URL: temporary.url, LOG_LEVEL: 'silent', PASSWORD_HASHING: 'fast' };
  api = await startApi(readConfig(env), 3000, {}, { onStatement: (sql) => statements.push(sql) });
});
afterAll(async () => {
  await api.stop();
  await temporary.remove();
});
beforeEach(() => {
  statements.length = 0;
});

async function signIn(username = 'susan'): Promise<string> {
  const user = await api.services.users.findByLogin(username);
  if (!user) throw new Error(`${username} is a demo user.`);
  const { issued } = await api.services.auth.loginUser(user, {
    client: { userAgent: 'node', address: null },
  });
  statements.length = 0;
  return `${api.services.cookies.names.session}=${issued.session}`;
}

const requestOf = (headers: Record<string, string>, path = '/') =>
  new Request(`http://localhost:3000${path}`, { headers: { 'user-agent': 'node', ...headers } });

const localClient = (request: Request) =>
  api.localClient({ request, address: null, requestId: crypto.randomUUID() }).client;

test('auth.me over HTTP runs one statement', async () => {
  const cookie = await signIn();
  const response = await api.handle(requestOf({ cookie }, '/trpc/auth.me'));
  expect(await response.text()).toContain('susan');
  expect(statements).toHaveLength(1);
});

test('a batch of two calls looks up the session once', async () => {
  const cookie = await signIn();
  const response = await api.handle(requestOf({ cookie }, '/trpc/auth.me,account.profile?batch=1&input={}'));
  expect((await response.text()).match(/susan/g)?.length).toBeGreaterThan(1);
  expect(statements).toHaveLength(1);
});

test('all local calls of a request look up the session once', async () => {
  const client = localClient(requestOf({ cookie: await signIn() }));
  expect((await client.auth.me.query())?.user.username).toBe('susan');
  expect((await client.account.profile.query()).username).toBe('susan');
  expect(statements).toHaveLength(1);
  await client.account.sessions.list.query();
  expect(statements).toHaveLength(3);
});

test('a call after a mutation sees its changes', async () => {
  const client = localClient(requestOf({ cookie: await signIn('sam') }));
  await client.auth.logout.mutate();
  expect(await client.auth.me.query()).toBeNull();
  expect(await localClient(requestOf({})).auth.me.query()).toBeNull();
});

test('the next local call is signed in after a local login', async () => {
  const { client, setCookies } = api.localClient({ request: requestOf({}), address: null, requestId: 'one' });
  await client.auth.login.mutate({ username: 'bob', password: 'who' });
  expect((await client.auth.me.query())?.user.username).toBe('bob');
  expect(setCookies).toHaveLength(1);
});

test('a login runs four statements: user, lock, session and security event', async () => {
  await localClient(requestOf({})).auth.login.mutate({ username: 'bob', password: 'who' });
  expect(statements.map((sql) => /\b(users|sessions|security_events)\b/.exec(sql)?.[0])).toEqual([
    'users',
    'users',
    'sessions',
    'security_events',
  ]);
});

test('a remembered browser costs one statement again after its first requests', async () => {
  const { auth, cookies, users } = api.services;
  const user = await users.findByLogin('mayra');
  if (!user) throw new Error('mayra is a demo user.');
  const client = { userAgent: 'node', address: null };
  const { issued } = await auth.loginUser(user, { client, remember: true });
  const { remember } = cookies.names;
  const costOf = async (cookie: string) => {
    statements.length = 0;
    const { client: local, setCookies } = api.localClient({
      request: requestOf({ cookie }),
      address: null,
      requestId: 'one',
    });
    expect((await local.auth.me.query())?.user.username).toBe('mayra');
    return { cookie: setCookies.map((value) => value.split(';')[0]).join('; '), count: statements.length };
  };

  const returned = await costOf(`${remember}=${issued.remember?.token ?? ''}`);
  expect(returned.count).toBe(9);
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  vi.setSystemTime(Date.now() + 10_001);
  expect((await costOf(returned.cookie)).count).toBe(9);
  expect((await costOf(returned.cookie)).count).toBe(1);
});

test('a request without a session runs no statement [L20]', async () => {
  expect(await localClient(requestOf({})).auth.me.query()).toBeNull();
  expect((await localClient(requestOf({})).site.settings.query()).password.minLength).toBe(15);
  expect(statements).toEqual([]);
});

test('a local call creates no Request and no Response', async () => {
  const request = requestOf({ cookie: await signIn() });
  const constructed = vi.fn();
  const counting = (original: typeof Request | typeof Response) =>
    new Proxy(original, {
      construct(target, args, newTarget) {
        constructed();
        // The cast: the constructor of a web class returns an object.
        return Reflect.construct(target, args, newTarget) as object;
      },
    });
  vi.stubGlobal('Request', counting(Request));
  vi.stubGlobal('Response', counting(Response));
  try {
    await localClient(request).auth.me.query();
    expect(constructed).not.toHaveBeenCalled();
    await (await api.handle(requestOf({}, '/trpc/auth.me'))).text();
    expect(constructed).toHaveBeenCalled();
  } finally {
    vi.unstubAllGlobals();
  }
});

test('ending all other devices runs as many statements for 2 as for 12', async () => {
  const costOf = async (username: string, others: number) => {
    for (let i = 0; i < others; i++) await signIn(username);
    const client = localClient(requestOf({ cookie: await signIn(username) }));
    expect(await client.account.sessions.revokeOthers.mutate()).toEqual({ ended: others });
    return statements.length;
  };
  expect(await costOf('jack', 12)).toBe(await costOf('eric', 2));
});
