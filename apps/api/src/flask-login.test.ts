import {
  createAuth,
  isFresh,
  isSameUser,
  createMemoryRememberStore,
  createMemorySessionAdapter,
} from '@latchkey/auth';
import { Session, User } from '@latchkey/db';
import { afterEach, beforeEach, describe, expect, vi } from 'vitest';
import { reasonOf, type TestApi } from './testing.ts';
import { test } from './world.fixture.ts';

// The rows of docs/coming-from-flask.md. The rows about pages are in tooling/e2e.

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());
const advanceTime = (ms: number) => vi.setSystemTime(Date.now() + ms);
const hourMs = 3_600_000;

const client = { userAgent: 'node', address: '127.0.0.1' };
const noTokens = { session: null, remember: null };
const rememberSam = (world: TestApi) => world.signIn('sam', 'dog', { remember: true });

test('the current user has flags and an id, even if anonymous [L1]', async ({ world }) => {
  const { auth } = world.services;
  const sam = await world.userNamed('sam');
  const { issued } = await auth.loginUser(sam, { client });
  const { current } = await auth.resumeSession({ ...noTokens, session: issued.session ?? null }, client);
  expect(current).toMatchObject({ isAuthenticated: true, isActive: true, isAnonymous: false, id: sam.id });
  const { current: anonymous } = await auth.resumeSession(noTokens, client);
  expect(anonymous).toMatchObject({ isAuthenticated: false, isActive: false, isAnonymous: true, id: null });
});

describe('the user loader', () => {
  const sessions = createMemorySessionAdapter();
  const options = {
    sessions,
    remembered: createMemoryRememberStore(sessions),
    sessionLifetime: { idleMs: hourMs, lifetimeMs: hourMs },
    rememberLifetime: { idleMs: hourMs, lifetimeMs: hourMs },
    freshMs: hourMs,
  };

  test('finds users by id, in any store [L2]', async () => {
    const auth = createAuth({
      ...options,
      loadUser: (id) => Promise.resolve({ id, isActive: true, from: 'a card index' }),
    });
    const { issued } = await auth.loginUser({ id: '7', isActive: true }, { client });
    const { current } = await auth.resumeSession({ ...noTokens, session: issued.session ?? null }, client);
    expect(current).toMatchObject({ user: { id: '7', from: 'a card index' } });
  });

  test('that is missing is an error when auth is created [L2]', () => {
    // The cast stands for a caller without types.
    expect(() => createAuth(options as never)).toThrow('createAuth needs loadUser');
  });
});

test('deleting a user signs them out and deletes their sessions [L3]', async ({ world }) => {
  const sam = await rememberSam(world);
  await world.database.em().nativeDelete(User, { username: 'sam' });
  expect([await sam.whoAmI(), await world.reopened(sam).whoAmI()]).toEqual([null, null]);
  expect(await world.database.em().count(Session)).toBe(0);
});

describe('loginUser', () => {
  test('accepts remember, duration and fresh [L4]', async ({ world }) => {
    const { session, issued } = await world.services.auth.loginUser(await world.userNamed('sam'), {
      client,
      remember: true,
      duration: hourMs,
      fresh: false,
    });
    expect(session.isRemembered).toBe(true);
    expect(isFresh(session)).toBe(false);
    expect(issued.remember?.expiresAt).toEqual(new Date(Date.now() + hourMs));
  });

  test('refuses a disabled user, unless force is set [L4]', async ({ world }) => {
    const { auth } = world.services;
    const sam = await world.userNamed('sam');
    await world.disable('sam');
    await expect(auth.loginUser(sam, { client })).rejects.toMatchObject({ reason: 'account_disabled' });
    const { session } = await auth.loginUser(sam, { client, force: true });
    expect(session.userId).toBe(sam.id);
  });

  test('refuses a negative duration [L10]', async ({ world }) => {
    const options = { client, remember: true, duration: -1 };
    const refused = world.services.auth.loginUser(await world.userNamed('sam'), options);
    await expect(refused).rejects.toThrow(RangeError);
  });
});

test('a disabled user is reported as such only after the right password [L4]', async ({ world }) => {
  await world.disable('sam');
  expect(await reasonOf(world.signIn('sam', 'dog'))).toBe('account_disabled');
  expect(await reasonOf(world.signIn('sam', 'wrong'))).toBe('invalid_credentials');
});

describe('signing out', () => {
  test('needs one request, and ends the remembered browser too [L5]', async ({ world }) => {
    const sam = await rememberSam(world);
    const before = world.reopened(sam);
    await sam.api.auth.logout.mutate();
    expect(sam.cookies.header()).toBe('');
    expect([await sam.whoAmI(), await before.whoAmI()]).toEqual([null, null]);
  });

  test('succeeds without a session [L5]', async ({ sharedWorld }) => {
    expect(await reasonOf(sharedWorld.browser().api.auth.logout.mutate())).toBeNull();
  });
});

describe('a protected procedure', () => {
  test('is open to users and closed to anonymous callers [L6]', async ({ world }) => {
    expect(await reasonOf(world.browser().api.account.profile.query())).toBe('login_required');
    expect((await (await world.signIn('sam')).api.account.profile.query()).username).toBe('sam');
  });

  test('answers anonymous callers with UNAUTHORIZED, 401 and the sentence [L7]', async ({ sharedWorld }) => {
    const answer = await fetch(`${sharedWorld.url}/trpc/account.profile`);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({
      error: {
        message: 'Please log in to access this page.',
        data: { code: 'UNAUTHORIZED', reason: 'login_required' },
      },
    });
  });
});

describe('the remember cookie', () => {
  test.for([
    ['365 days by default', {}, 365],
    ['the time of REMEMBER_LIFETIME', { REMEMBER_LIFETIME: '60d' }, 60],
  ] as const)('lasts %s [L10]', async ([, env, days], { start }) => {
    const form = { username: 'sam', password: 'dog', remember: true };
    const answer = await (await start(env)).post('auth.login', form);
    const [, maxAge] = /Max-Age=(\d+)/.exec(answer.headers.getSetCookie().join()) ?? [];
    expect(maxAge).toBe(String(days * 86_400));
  });

  test('refuses a wrong REMEMBER_LIFETIME at start [L10]', async ({ start }) => {
    await expect(start({ REMEMBER_LIFETIME: 'soon' })).rejects.toThrow('REMEMBER_LIFETIME: found "soon"');
  });

  test('is ignored when it is empty or was changed [L12]', async ({ world }) => {
    const sam = await rememberSam(world);
    const token = sam.cookie('remember') ?? '';
    for (const value of ['', 'x', `${token}x`, token.toUpperCase(), `r_${'A'.repeat(43)}`, '%00', '"']) {
      expect(await world.browser({ remember: value, session: value }).whoAmI(), value).toBeNull();
    }
    expect(await world.reopened(sam).whoAmI()).toBe('sam');
  });

  test('can be revoked with its session [Flask-Login #422]', async ({ world }) => {
    const sam = await rememberSam(world);
    const [device] = await sam.api.account.sessions.list.query();
    await sam.api.account.sessions.revoke.mutate({ id: device?.id ?? '' });
    expect(await world.reopened(sam).whoAmI()).toBeNull();
  });

  test('is kept when the password changes [Flask-Login #654]', async ({ world }) => {
    const sam = await rememberSam(world);
    await sam.api.account.changePassword.mutate({ password: 'velvet otter juggles lemons' });
    expect(await world.reopened(sam).whoAmI()).toBe('sam');
    expect((await sam.api.auth.me.query())?.session?.isRemembered).toBe(true);
  });
});

test('the cookies are HttpOnly and SameSite=Lax, and Secure over HTTPS [L11]', async ({
  sharedWorld,
  start,
}) => {
  const issued = { session: 's', remember: { token: 'r', expiresAt: new Date(Date.now() + hourMs) } };
  for (const cookie of sharedWorld.services.cookies.write(issued)) {
    expect(cookie).toMatch(/^latchkey_.*HttpOnly.*Path=\/.*SameSite=Lax/);
  }
  const secure = await start({ ORIGIN: 'https://login.example.com' });
  for (const cookie of secure.services.cookies.write(issued)) expect(cookie).toMatch(/^__Host-.*Secure/);
});

describe('a fresh login', () => {
  test('is one by password, and not one by the remember cookie [L13]', async ({ world }) => {
    const sam = await rememberSam(world);
    expect((await sam.api.auth.me.query())?.session?.isFresh).toBe(true);
    const back = world.reopened(sam);
    expect((await back.api.auth.me.query())?.session?.isFresh).toBe(false);
    const changed = back.api.account.changeEmail.mutate({ email: 'sam@new.example' });
    expect(await reasonOf(changed)).toBe('fresh_login_required');
  });

  test.for([
    ['15 minutes', {}, 15],
    ['FRESH_LIFETIME', { FRESH_LIFETIME: '5m' }, 5],
  ] as const)('ends after %s [L13, Flask-Login #422]', async ([, env, minutes], { start }) => {
    const sam = await (await start(env)).signIn('sam');
    advanceTime(minutes * 60_000 - 1);
    expect((await sam.api.auth.me.query())?.session?.isFresh).toBe(true);
    advanceTime(1);
    expect((await sam.api.auth.me.query())?.session?.isFresh).toBe(false);
  });

  test('is restored by confirming the password [L14]', async ({ world }) => {
    const { api } = await world.signedInAs('sam', { fresh: false });
    const changeEmail = () => api.account.changeEmail.mutate({ email: 'sam@new.example' });
    expect(await reasonOf(changeEmail())).toBe('fresh_login_required');
    await api.auth.confirm.mutate({ password: 'dog' });
    expect(await reasonOf(changeEmail())).toBeNull();
  });
});

describe('session protection', () => {
  /** What `auth.me` answers another device that sends the session's cookie. */
  const onAnotherDevice = async (world: TestApi) => {
    const sam = await rememberSam(world);
    const headers = { cookie: sam.cookies.header(), 'user-agent': 'curl/8.5' };
    const answer = await fetch(`${world.url}/trpc/auth.me`, { headers });
    // The cast: a query's answer over HTTP.
    return ((await answer.json()) as { result: { data: unknown } }).result.data;
  };

  test.for([
    ['off', { SESSION_PROTECTION: 'off' }, { session: { isFresh: true } }],
    ['basic by default', {}, { session: { isFresh: false } }],
  ] as const)('is %s: another device has a session [L15]', async ([, env, expected], { start }) => {
    expect(await onAnotherDevice(await start(env))).toMatchObject(expected);
  });

  test('that is strong ends the session on another device [L15]', async ({ start }) => {
    expect(await onAnotherDevice(await start({ SESSION_PROTECTION: 'strong' }))).toBeNull();
  });

  test('ignores a change of the network [L15]', async ({ start }) => {
    const roaming = await start({ SESSION_PROTECTION: 'strong', TRUST_PROXY: '1' });
    const sam = await roaming.signIn('sam');
    const headers = { cookie: sam.cookies.header(), 'x-forwarded-for': '198.51.100.7' };
    const answer = await fetch(`${roaming.url}/trpc/auth.me`, { headers });
    expect(await answer.text()).toContain('"isFresh":true');
  });
});

test('a request loader finds a user by a header without a session; a cookie wins [L16]', async ({
  start,
}) => {
  const world = await start(
    {},
    {
      loadUserFromRequest: ({ headers }, users) =>
        headers.get('x-api-key') === 'key of bob' ? users.findByLogin('bob') : Promise.resolve(null),
    },
  );
  const getProfile = async (headers: Record<string, string>) => {
    const answer = await fetch(`${world.url}/trpc/account.profile`, { headers });
    return { cookies: answer.headers.getSetCookie(), text: await answer.text() };
  };
  expect(await getProfile({ 'x-api-key': 'key of bob' })).toMatchObject({
    cookies: [],
    text: expect.stringContaining('"username":"bob"'),
  });
  expect((await getProfile({ 'x-api-key': 'nonsense' })).text).toContain('login_required');
  expect(await world.database.em().count(Session)).toBe(0);
  const cookie = (await world.signIn('sam')).cookies.header();
  expect((await getProfile({ 'x-api-key': 'key of bob', cookie })).text).toContain('"sam"');
});

test('an application receives the events of a session, in order [L17]', async ({ start }) => {
  const received: string[] = [];
  const record = (event: string) => () => void received.push(event);
  const world = await start(
    {},
    {
      on: {
        signed_in: record('signed_in'),
        signed_out: record('signed_out'),
        remembered: record('remembered'),
        confirmed: record('confirmed'),
        unauthorized: record('unauthorized'),
        needs_refresh: record('needs_refresh'),
        session_protected: record('session_protected'),
        accessed: record('accessed'),
      },
    },
  );
  const back = world.reopened(await rememberSam(world));
  await back.whoAmI();
  await reasonOf(back.api.account.delete.mutate());
  await back.api.auth.confirm.mutate({ password: 'dog' });
  const headers = { cookie: back.cookies.header(), 'user-agent': 'curl/8.5' };
  await fetch(`${world.url}/trpc/auth.me`, { headers });
  await back.api.auth.logout.mutate();
  await reasonOf(back.api.account.profile.query());
  expect(received.filter((event) => event !== 'accessed')).toEqual([
    'signed_in',
    'remembered',
    'needs_refresh',
    'confirmed',
    'session_protected',
    'signed_out',
    'unauthorized',
  ]);
  expect(received).toContain('accessed');
});

test('neither reading the session nor ignoring it writes a cookie [L19]', async ({ world }) => {
  const cookie = (await rememberSam(world)).cookies.header();
  for (const path of ['/healthz', '/trpc/auth.me', '/trpc/account.profile']) {
    const answer = await fetch(`${world.url}${path}`, { headers: { cookie } });
    expect(answer.headers.getSetCookie(), path).toEqual([]);
  }
});

test('a test gets a client that is signed in, fresh or not [L21]', async ({ world }) => {
  const fresh = await world.signedInAs('sam');
  const stale = await world.signedInAs('sam', { fresh: false, remember: true });
  expect((await fresh.api.auth.me.query())?.session).toMatchObject({ isFresh: true, isRemembered: false });
  expect((await stale.api.auth.me.query())?.session).toMatchObject({ isFresh: false, isRemembered: true });
});

test('users are equal when their ids are; anonymous users never are [L22]', async ({ world }) => {
  const { auth } = world.services;
  const currentAs = async (username: string) => {
    const { issued } = await auth.loginUser(await world.userNamed(username), { client });
    return (await auth.resumeSession({ ...noTokens, session: issued.session ?? null }, client)).current;
  };
  expect(isSameUser(await currentAs('sam'), await currentAs('sam'))).toBe(true);
  expect(isSameUser(await currentAs('sam'), await currentAs('bob'))).toBe(false);
  const { current: anonymous } = await auth.resumeSession(noTokens, client);
  expect(isSameUser(anonymous, anonymous)).toBe(false);
});

test('all running sessions of a user can be ended [Flask-Login #155]', async ({ world }) => {
  const [one, two] = [await world.signIn('sam'), await rememberSam(world)];
  await world.services.auth.endAllSessions((await world.userNamed('sam')).id);
  expect([await one.whoAmI(), await two.whoAmI(), await world.reopened(two).whoAmI()]).toEqual([
    null,
    null,
    null,
  ]);
});

test('SESSIONS_PER_USER=1 signs out the other devices at sign-in [Flask-Login #379]', async ({ start }) => {
  const world = await start({ SESSIONS_PER_USER: '1' });
  const first = await rememberSam(world);
  advanceTime(1000);
  const second = await world.signIn('sam');
  expect([await first.whoAmI(), await second.whoAmI()]).toEqual([null, 'sam']);
});
