import { createAuth, isFresh, isSameUser, memoryRememberStore, memorySessionAdapter } from '@latchkey/auth';
import { Session, User } from '@latchkey/db';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Application } from './application.ts';
import { problemOf } from './client.ts';
import { startTestApi, type TestApi, type TestBrowser } from './testing.ts';

/* What Flask-Login does, row by row as docs/coming-from-flask.md numbers it. The rows of pages are in tooling/e2e. */

const worlds: TestApi[] = [];
const start = async (env?: Record<string, string>, application?: Application) => {
  const started = await startTestApi(env, application);
  worlds.push(started);
  return started;
};

let world: TestApi;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  world = await start();
});
afterEach(async () => {
  vi.useRealTimers();
  for (const started of worlds.splice(0)) await started.stop();
});
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
const hour = 3_600_000;

const client = { userAgent: 'node', address: '127.0.0.1' };
const nothing = { session: null, remember: null };

const reasonOf = async (call: Promise<unknown>) =>
  call.then(
    () => 'nothing',
    (reason: unknown) => problemOf(reason).reason,
  );
const nameIn = async ({ api }: TestBrowser) => (await api.auth.me.query())?.user.username ?? null;

async function signIn(remember = false, where = world): Promise<TestBrowser> {
  const browser = where.browser();
  await browser.api.auth.login.mutate({ username: 'sam', password: 'dog', remember });
  return browser;
}

/** The browser was closed and opened again: what ends with it is gone. */
function reopened({ cookies }: TestBrowser, where = world): TestBrowser {
  const browser = where.browser();
  const remember = cookies.get('latchkey_remember');
  if (remember) browser.cookies.store([`latchkey_remember=${remember}`]);
  return browser;
}

const userNamed = async (username: string, where = world) => {
  const user = await where.services.users.findByLogin(username);
  if (!user) throw new Error(`There is no user ${username}.`);
  return user;
};

test('L1: the current user answers isAuthenticated, isActive, isAnonymous and id, also when it is nobody', async () => {
  const { auth } = world.services;
  const sam = await userNamed('sam');
  const { issued } = await auth.loginUser(sam, { client });
  const { current } = await auth.signedIn({ ...nothing, session: issued.session ?? null }, client);
  expect(current).toMatchObject({ isAuthenticated: true, isActive: true, isAnonymous: false, id: sam.id });
  const { current: nobody } = await auth.signedIn(nothing, client);
  expect(nobody).toMatchObject({ isAuthenticated: false, isActive: false, isAnonymous: true, id: null });
});

test('L2: users come from a loader by id, wherever they are; without one there is an error at once, in words', async () => {
  const sessions = memorySessionAdapter();
  const time = { idleMs: hour, lifetimeMs: hour };
  const options = {
    sessions,
    remembered: memoryRememberStore(sessions),
    sessionLifetime: time,
    rememberLifetime: time,
    freshMs: hour,
  };
  const auth = createAuth({
    ...options,
    loadUser: (id) => Promise.resolve({ id, isActive: true, from: 'a card index' }),
  });
  const { issued } = await auth.loginUser({ id: '7', isActive: true }, { client });
  const { current } = await auth.signedIn({ ...nothing, session: issued.session ?? null }, client);
  expect(current).toMatchObject({ user: { id: '7', from: 'a card index' } });
  // The cast stands for a caller without types.
  expect(() => createAuth(options as never)).toThrow('createAuth needs loadUser');
});

test('L3: a user who was deleted is signed out, and the session’s row goes', async () => {
  const sam = await signIn(true);
  await world.database.em().nativeDelete(User, { username: 'sam' });
  expect(await nameIn(sam)).toBeNull();
  expect(await nameIn(reopened(sam))).toBeNull();
  expect(await world.database.em().count(Session)).toBe(0);
});

test('L4: loginUser takes remember, duration, force and fresh; a disabled user is refused with a reason of its own, after the right password', async () => {
  const { auth } = world.services;
  const sam = await userNamed('sam');
  const { session, issued } = await auth.loginUser(sam, {
    client,
    remember: true,
    duration: hour,
    fresh: false,
  });
  expect(session.isRemembered).toBe(true);
  expect(isFresh(session)).toBe(false);
  expect(issued.remember?.expiresAt).toEqual(new Date(Date.now() + hour));

  await world.disable('sam');
  await expect(auth.loginUser(sam, { client })).rejects.toMatchObject({ reason: 'account_disabled' });
  await auth.loginUser(sam, { client, force: true });
  expect(await reasonOf(signIn())).toBe('account_disabled');
  const wrong = world.browser().api.auth.login.mutate({ username: 'sam', password: 'wrong' });
  expect(await reasonOf(wrong)).toBe('invalid_credentials');
});

test('L5: signing out takes one request, also with remember me, and also for nobody', async () => {
  const sam = await signIn(true);
  const before = reopened(sam);
  await sam.api.auth.logout.mutate();
  expect(sam.cookies.header()).toBe('');
  expect(await nameIn(sam)).toBeNull();
  expect(await nameIn(before)).toBeNull();
  await world.browser().api.auth.logout.mutate();
});

test('L6: a protected procedure lets in whoever is signed in, and nobody else', async () => {
  expect(await reasonOf(world.browser().api.account.profile.query())).toBe('login_required');
  expect((await (await signIn()).api.account.profile.query()).username).toBe('sam');
});

test('L7: the unauthorised get UNAUTHORIZED, 401 and the sentence', async () => {
  const answer = await fetch(`${world.url}/trpc/account.profile`);
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({
    error: {
      message: 'Please log in to access this page.',
      data: { code: 'UNAUTHORIZED', reason: 'login_required' },
    },
  });
});

test('L10: remember me lasts 365 days, or what is set, or what one sign-in asks for; a wrong value is refused when it is set', async () => {
  const maxAge = async (where: TestApi) => {
    const body = JSON.stringify({ username: 'sam', password: 'dog', remember: true });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${where.url}/trpc/auth.login`, { method: 'POST', headers, body });
    return /Max-Age=(\d+)/.exec(answer.headers.getSetCookie().join())?.[1];
  };
  expect(await maxAge(world)).toBe(String(365 * 86_400));
  expect(await maxAge(await start({ REMEMBER_LIFETIME: '60d' }))).toBe(String(60 * 86_400));
  await expect(startTestApi({ REMEMBER_LIFETIME: 'soon' })).rejects.toThrow(
    'REMEMBER_LIFETIME: found "soon"',
  );
  const wrong = world.services.auth.loginUser(await userNamed('sam'), {
    client,
    remember: true,
    duration: -1,
  });
  await expect(wrong).rejects.toThrow(RangeError);
});

test('L11: the cookies are HttpOnly, SameSite=Lax and for the whole site; over HTTPS Secure and bound to the host', async () => {
  const expiresAt = new Date(Date.now() + hour);
  const issued = { session: 's', remember: { token: 'r', expiresAt } };
  for (const cookie of world.services.cookies.write(issued)) {
    expect(cookie).toMatch(/^latchkey_.*HttpOnly.*Path=\/.*SameSite=Lax/);
  }
  const secure = await start({ ORIGIN: 'https://login.example.com' });
  for (const cookie of secure.services.cookies.write(issued)) expect(cookie).toMatch(/^__Host-.*Secure/);
});

test('L12: a cookie that is tampered with, empty or somebody else’s is ignored; ids may be of any script', async () => {
  const sam = await signIn(true);
  const token = sam.cookies.get('latchkey_remember') ?? '';
  for (const value of ['', 'x', `${token}x`, token.toUpperCase(), `r_${'A'.repeat(43)}`, '%00', '"']) {
    const browser = world.browser();
    browser.cookies.store([`latchkey_remember=${value}`, `latchkey_session=${value}`]);
    expect(await nameIn(browser), value).toBeNull();
  }
  expect(await nameIn(reopened(sam))).toBe('sam');

  const id = '用户-жук-🗝️';
  await world.database.em().insert(User, {
    ...(await rowOf('sam')),
    id,
    username: id,
    usernameKey: id,
    email: null,
    emailKey: null,
  });
  expect(await nameIn(await world.signedInAs(id))).toBe(id);
});

const rowOf = async (username: string) => {
  const found = await world.database.em().findOneOrFail(User, { username });
  const { passwordHash, role, isActive, createdAt, updatedAt } = found;
  return { passwordHash, role, isActive, createdAt, updatedAt };
};

test('L13: a login by password is fresh, one by the remember cookie is not, and freshness ends by time', async () => {
  const sam = await signIn(true);
  expect((await sam.api.auth.me.query())?.session?.isFresh).toBe(true);
  const back = reopened(sam);
  expect((await back.api.auth.me.query())?.session?.isFresh).toBe(false);
  expect(await reasonOf(back.api.account.changeEmail.mutate({ email: 'sam@new.example' }))).toBe(
    'fresh_login_required',
  );
  pass(hour / 4);
  expect((await sam.api.auth.me.query())?.session?.isFresh).toBe(false);
});

test('L14: confirming the login makes it fresh again', async () => {
  const back = await world.signedInAs('sam', { fresh: false });
  expect(await reasonOf(back.api.account.changeEmail.mutate({ email: 'sam@new.example' }))).toBe(
    'fresh_login_required',
  );
  await back.api.auth.confirm.mutate({ password: 'dog' });
  await back.api.account.changeEmail.mutate({ email: 'sam@new.example' });
});

test('L15: session protection is off, basic or strong, and another network is no other device', async () => {
  const onAnotherDevice = async (env: Record<string, string>) => {
    const there = await start(env);
    const sam = await signIn(true, there);
    const headers = {
      cookie: sam.cookies.header(),
      'user-agent': 'curl/8.5',
      'x-forwarded-for': '198.51.100.7',
    };
    const answer = await fetch(`${there.url}/trpc/auth.me`, { headers });
    return ((await answer.json()) as { result: { data: unknown } }).result.data;
  };
  expect(await onAnotherDevice({ SESSION_PROTECTION: 'off' })).toMatchObject({ session: { isFresh: true } });
  expect(await onAnotherDevice({})).toMatchObject({ session: { isFresh: false } });
  expect(await onAnotherDevice({ SESSION_PROTECTION: 'strong' })).toBeNull();

  const roaming = await start({ SESSION_PROTECTION: 'strong', TRUST_PROXY: '1' });
  const sam = await signIn(false, roaming);
  const headers = { cookie: sam.cookies.header(), 'x-forwarded-for': '198.51.100.7' };
  const answer = await fetch(`${roaming.url}/trpc/auth.me`, { headers });
  expect(await answer.text()).toContain('"isFresh":true');
});

test('L16: a request loader finds the user of a request by a header, starts no session, and a cookie wins over it', async () => {
  const keyed = await start(
    {},
    {
      loadUserFromRequest: ({ headers }, users) =>
        headers.get('x-api-key') === 'key of bob' ? users.findByLogin('bob') : Promise.resolve(null),
    },
  );
  const ask = async (headers: Record<string, string>, procedure = 'account.profile') => {
    const answer = await fetch(`${keyed.url}/trpc/${procedure}`, { headers });
    return { cookies: answer.headers.getSetCookie(), text: await answer.text() };
  };
  expect(await ask({ 'x-api-key': 'key of bob' })).toMatchObject({
    cookies: [],
    text: expect.stringContaining('"username":"bob"'),
  });
  expect((await ask({ 'x-api-key': 'nonsense' })).text).toContain('login_required');
  expect(await keyed.database.em().count(Session)).toBe(0);
  const sam = await signIn(false, keyed);
  expect((await ask({ 'x-api-key': 'key of bob', cookie: sam.cookies.header() })).text).toContain('"sam"');
});

test('L17: an application is told when somebody signs in, out, comes back, confirms, is refused, or turns up elsewhere', async () => {
  const told: string[] = [];
  const note = (event: string) => () => void told.push(event);
  const listening = await start(
    {},
    {
      on: {
        signed_in: note('signed_in'),
        signed_out: note('signed_out'),
        remembered: note('remembered'),
        confirmed: note('confirmed'),
        unauthorized: note('unauthorized'),
        needs_refresh: note('needs_refresh'),
        session_protected: note('session_protected'),
        accessed: note('accessed'),
      },
    },
  );
  const sam = await signIn(true, listening);
  const back = reopened(sam, listening);
  await nameIn(back);
  await reasonOf(back.api.account.delete.mutate());
  await back.api.auth.confirm.mutate({ password: 'dog' });
  const headers = { cookie: back.cookies.header(), 'user-agent': 'curl/8.5' };
  await fetch(`${listening.url}/trpc/auth.me`, { headers });
  await back.api.auth.logout.mutate();
  await reasonOf(back.api.account.profile.query());
  expect(told.filter((event) => event !== 'accessed')).toEqual([
    'signed_in',
    'remembered',
    'needs_refresh',
    'confirmed',
    'session_protected',
    'signed_out',
    'unauthorized',
  ]);
  expect(told).toContain('accessed');
});

test('L19: a request that does not look at the session sends no cookie, and a visit does not write one anew', async () => {
  const sam = await signIn(true);
  for (const path of ['/healthz', '/trpc/auth.me', '/trpc/account.profile']) {
    const answer = await fetch(`${world.url}${path}`, { headers: { cookie: sam.cookies.header() } });
    expect(answer.headers.getSetCookie(), path).toEqual([]);
  }
});

test('L21: a test gets a client that is signed in as somebody, fresh or not', async () => {
  const fresh = await world.signedInAs('sam');
  const stale = await world.signedInAs('sam', { fresh: false, remember: true });
  expect((await fresh.api.auth.me.query())?.session).toMatchObject({ isFresh: true, isRemembered: false });
  expect((await stale.api.auth.me.query())?.session).toMatchObject({ isFresh: false, isRemembered: true });
});

test('L22: users are the same when their ids are, and nobody is the same as nobody', async () => {
  const { auth } = world.services;
  const as = async (username: string) => {
    const { issued } = await auth.loginUser(await userNamed(username), { client });
    return (await auth.signedIn({ ...nothing, session: issued.session ?? null }, client)).current;
  };
  expect(isSameUser(await as('sam'), await as('sam'))).toBe(true);
  expect(isSameUser(await as('sam'), await as('bob'))).toBe(false);
  const { current: nobody } = await auth.signedIn(nothing, client);
  expect(isSameUser(nobody, nobody)).toBe(false);
});

test('asked 155: running sessions are ended by force, all of a user’s at once', async () => {
  const [one, two] = [await signIn(), await signIn(true)];
  await world.services.auth.endSessionsOf((await userNamed('sam')).id);
  expect([await nameIn(one), await nameIn(two), await nameIn(reopened(two))]).toEqual([null, null, null]);
});

test('asked 422: a remember cookie is revoked with the sessions, and freshness has a time that can be set', async () => {
  const quick = await start({ FRESH_LIFETIME: '5m' });
  const sam = await signIn(true, quick);
  pass(5 * 60_000);
  expect((await sam.api.auth.me.query())?.session?.isFresh).toBe(false);
  const [device] = await sam.api.account.sessions.list.query();
  await sam.api.account.sessions.revoke.mutate({ id: device?.id ?? '' });
  expect(await nameIn(reopened(sam, quick))).toBeNull();
});

test('asked 654: remember me is carried over a change of the password', async () => {
  const sam = await signIn(true);
  await sam.api.account.changePassword.mutate({ password: 'velvet otter juggles lemons' });
  expect(await nameIn(reopened(sam))).toBe('sam');
  expect((await sam.api.auth.me.query())?.session?.isRemembered).toBe(true);
});

test('asked 379: signing in anywhere signs out everywhere else, where SESSIONS_PER_USER is 1', async () => {
  const single = await start({ SESSIONS_PER_USER: '1' });
  const first = await signIn(true, single);
  pass(1000);
  const second = await signIn(false, single);
  expect([await nameIn(first), await nameIn(second)]).toEqual([null, 'sam']);
});
