import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAuth } from '../auth.ts';
import type { AuthOptions } from '../auth-parts.ts';
import {
  bob,
  hourMs,
  inMemory,
  laptop as client,
  noTokens,
  susan,
  type TestUser,
} from '../in-memory.fixture.ts';
import { createMemorySessionAdapter } from './memory-session-adapter.ts';
import { hashToken } from './session-token.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

async function loggedIn(options: { remember?: boolean } = {}) {
  const world = inMemory();
  return { ...world, tokens: await world.logIn(options) };
}

describe('the current user', () => {
  test('has isAuthenticated, isActive, isAnonymous and id', async () => {
    const { auth, tokens } = await loggedIn();
    const { current } = await auth.resumeSession(tokens, client);
    expect(current).toEqual({
      isAuthenticated: true,
      isActive: true,
      isAnonymous: false,
      id: '1',
      user: susan,
    });
  });

  test.each([null, '', 'nonsense', `s_${'A'.repeat(43)}`, 'x'.repeat(5000), '\u0000', 's_../../etc'])(
    'is anonymous for the token %j',
    async (token) => {
      const presented = { session: token, remember: token };
      const { current, session, issued } = await inMemory().auth.resumeSession(presented, client);
      expect(current).toEqual({ isAuthenticated: false, isActive: false, isAnonymous: true, id: null });
      expect(session).toBeNull();
      expect(issued).toEqual({});
    },
  );

  test('is authenticated but not active when the account is disabled', async () => {
    const { auth, users, tokens } = await loggedIn();
    users.set('1', { ...susan, isActive: false });
    expect((await auth.resumeSession(tokens, client)).current).toMatchObject({
      isAuthenticated: true,
      isActive: false,
    });
  });

  test('is anonymous when the account was deleted, and the session is deleted', async () => {
    const { users, stored, whoAmI, tokens } = await loggedIn();
    users.clear();
    expect(await whoAmI(tokens)).toBeNull();
    expect(stored.size).toBe(0);
  });
});

describe('the request loader', () => {
  const apiKeys = () =>
    inMemory({
      loadUserFromRequest: ({ headers }) =>
        Promise.resolve(headers.get('x-api-key') === 'key of bob' ? bob : null),
    });
  const request = new Request('http://site.example', { headers: { 'x-api-key': 'key of bob' } });

  test('finds the user of a request without a session, and starts none', async () => {
    const { auth, stored } = apiKeys();
    const { current, session, issued } = await auth.resumeSession(noTokens, client, request);
    expect([current.id, session, issued]).toEqual([bob.id, null, {}]);
    expect(stored.size).toBe(0);
  });

  test('is not used for a request with a session', async () => {
    const { auth, logIn } = apiKeys();
    expect((await auth.resumeSession(await logIn(), client, request)).current.id).toBe(susan.id);
  });

  test('may find no user', async () => {
    const other = new Request('http://site.example');
    expect((await apiKeys().auth.resumeSession(noTokens, client, other)).current.id).toBeNull();
  });
});

test('a disabled user cannot sign in, unless forced', async () => {
  const { auth, users, stored } = inMemory();
  users.set('1', { ...susan, isActive: false });
  await expect(auth.loginUser(susan, { client })).rejects.toMatchObject({ reason: 'account_disabled' });
  expect(stored.size).toBe(0);
  await auth.loginUser(susan, { client, force: true });
  expect(stored.size).toBe(1);
});

test('a missing user loader is an error at the start', () => {
  // The cast stands for a caller without types.
  const options = { sessions: createMemorySessionAdapter() } as unknown as AuthOptions<TestUser>;
  expect(() => createAuth(options)).toThrow('createAuth needs loadUser');
});

describe('a session token', () => {
  test('has 256 random bits, and only its SHA-256 is stored [T8]', async () => {
    const { stored, tokens } = await loggedIn();
    const token = tokens.session ?? '';
    expect(Buffer.from(token.slice(2), 'base64url')).toHaveLength(32);
    expect([...stored.keys()]).toEqual([hashToken(token)]);
    expect(JSON.stringify([...stored.values()])).not.toContain(token.slice(2));
  });

  test('is new at every sign-in [T9]', async () => {
    const { logIn } = inMemory();
    const tokens = new Set<string | null>();
    for (let i = 0; i < 20; i++) tokens.add((await logIn()).session);
    expect(tokens.size).toBe(20);
  });

  test('is not accepted as a remember token, nor the other way round', async () => {
    const { whoAmI, tokens } = await loggedIn({ remember: true });
    expect(await whoAmI({ session: tokens.remember, remember: tokens.session })).toBeNull();
  });

  test('is invalid after signing out, in every copy [T10]', async () => {
    const { auth, stored, whoAmI, tokens } = await loggedIn({ remember: true });
    expect(await auth.logoutUser(tokens, client)).toEqual({ session: null, remember: null });
    expect(await whoAmI(tokens)).toBeNull();
    expect(stored.size).toBe(0);
  });

  test.each([
    [null, {}],
    ['nonsense', { session: null, remember: null }],
    [`r_${'B'.repeat(43)}`, { session: null, remember: null }],
  ])('may be %j when signing out, which deletes the cookies', async (token, issued) => {
    expect(await inMemory().auth.logoutUser({ session: token, remember: token }, client)).toEqual(issued);
  });
});

describe('the lifetime of a session', () => {
  const advanceTime = (ms: number) => vi.setSystemTime(Date.now() + ms);

  test('ends after its idle time [T11]', async () => {
    const { stored, whoAmI, tokens } = await loggedIn();
    advanceTime(12 * hourMs - 1);
    expect(await whoAmI(tokens)).toBe(susan.id);
    advanceTime(12 * hourMs);
    expect(await whoAmI(tokens)).toBeNull();
    expect(stored.size).toBe(0);
  });

  test('is extended by use, but not beyond its total [T11]', async () => {
    const { whoAmI, tokens } = await loggedIn();
    for (let hours = 8; hours < 48; hours += 8) {
      advanceTime(8 * hourMs);
      expect(await whoAmI(tokens), `after ${hours} hours`).toBe(susan.id);
    }
    advanceTime(8 * hourMs);
    expect(await whoAmI(tokens)).toBeNull();
  });

  test('is written to the store at most once a minute', async () => {
    const { stored, whoAmI, tokens } = await loggedIn();
    const lastSeen = () => [...stored.values()][0]?.attributes.lastSeenAt.getTime();
    const start = lastSeen();
    advanceTime(59_000);
    await whoAmI(tokens);
    expect(lastSeen()).toBe(start);
    advanceTime(1000);
    await whoAmI(tokens);
    expect(lastSeen()).toBe(Date.now());
  });
});

test('all sessions of a user end together [T10]', async () => {
  const { auth, logIn, whoAmI } = inMemory();
  const all = [await logIn(), await logIn({ remember: true })];
  await auth.endAllSessions(susan.id);
  for (const tokens of all) expect(await whoAmI(tokens)).toBeNull();
});
