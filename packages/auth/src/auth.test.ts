import type { DatabaseSession } from 'lucia';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAuth, type AuthOptions } from './auth.ts';
import { memorySessionAdapter } from './sessions/memory-session-adapter.ts';
import { hashToken } from './sessions/session-token.ts';

const hour = 3_600_000;
const susan = { id: '1', username: 'susan', isActive: true };

/** The auth package over nothing but two maps: no database, no framework. */
function inMemory(
  lifetimes: Partial<Pick<AuthOptions<typeof susan>, 'sessionLifetime' | 'rememberLifetime'>> = {},
) {
  const users = new Map([[susan.id, { ...susan }]]);
  const stored = new Map<string, DatabaseSession>();
  const auth = createAuth({
    sessions: memorySessionAdapter(stored),
    loadUser: (id) => Promise.resolve(users.get(id) ?? null),
    sessionLifetime: { idleMs: 12 * hour, lifetimeMs: 48 * hour },
    rememberLifetime: { idleMs: 720 * hour, lifetimeMs: 8_760 * hour },
    ...lifetimes,
  });
  return { auth, users, stored };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

describe('who is signed in, over a plain in-memory map', () => {
  test('a person answers isAuthenticated, isActive, isAnonymous and id', async () => {
    const { auth } = inMemory();
    const { token } = await auth.loginUser(susan, { remember: false });
    const { current } = await auth.signedIn(token);
    expect(current).toMatchObject({
      isAuthenticated: true,
      isActive: true,
      isAnonymous: false,
      id: '1',
      user: susan,
    });
  });

  test.each([null, '', 'nonsense', `s_${'A'.repeat(43)}`, 'x'.repeat(5000), '\u0000', 's_../../etc'])(
    'the token %j is the anonymous user, who answers too',
    async (token) => {
      const { current, session } = await inMemory().auth.signedIn(token);
      expect(current).toMatchObject({ isAuthenticated: false, isActive: false, isAnonymous: true, id: null });
      expect(session).toBeNull();
    },
  );

  test('a disabled user is known and not active', async () => {
    const { auth, users } = inMemory();
    const { token } = await auth.loginUser(susan, { remember: false });
    users.set('1', { ...susan, isActive: false });
    expect((await auth.signedIn(token)).current).toMatchObject({ isAuthenticated: true, isActive: false });
  });

  test('a session whose user is gone is signed out, and its row goes', async () => {
    const { auth, users, stored } = inMemory();
    const { token } = await auth.loginUser(susan, { remember: false });
    users.clear();
    expect((await auth.signedIn(token)).current.isAnonymous).toBe(true);
    expect(stored.size).toBe(0);
  });

  test('a missing user loader is an error at once, in words', () => {
    // The cast stands for a caller without types.
    const options = { sessions: memorySessionAdapter() } as unknown as AuthOptions<typeof susan>;
    expect(() => createAuth(options)).toThrow('createAuth needs loadUser');
  });
});

describe('the token', () => {
  test('has 256 random bits, and only its SHA-256 is stored', async () => {
    const { auth, stored } = inMemory();
    const { token } = await auth.loginUser(susan, { remember: false });
    expect(Buffer.from(token.slice(2), 'base64url')).toHaveLength(32);
    expect([...stored.keys()]).toEqual([hashToken(token)]);
    expect(JSON.stringify([...stored.values()])).not.toContain(token.slice(2));
  });

  test('is new at every sign-in', async () => {
    const { auth } = inMemory();
    const tokens = new Set<string>();
    for (let i = 0; i < 20; i++) tokens.add((await auth.loginUser(susan, { remember: i % 2 === 0 })).token);
    expect(tokens.size).toBe(20);
  });

  test('of an ordinary session does not become a remembered one by changing its first letter', async () => {
    const { auth } = inMemory();
    const { token } = await auth.loginUser(susan, { remember: false });
    expect((await auth.signedIn(token.replace('s_', 'r_'))).session).toBeNull();
  });

  test('is worthless after sign-out, in every copy', async () => {
    const { auth, stored } = inMemory();
    const { token } = await auth.loginUser(susan, { remember: true });
    await auth.logoutUser(token);
    expect((await auth.signedIn(token)).session).toBeNull();
    expect(stored.size).toBe(0);
  });

  test.each([null, 'nonsense', `r_${'B'.repeat(43)}`])('signing out with %j is fine', async (token) => {
    await expect(inMemory().auth.logoutUser(token)).resolves.toBeUndefined();
  });
});

describe('lifetimes', () => {
  test('a session ends when it is not used for its idle time', async () => {
    const { auth, stored } = inMemory();
    const { token } = await auth.loginUser(susan, { remember: false });
    vi.setSystemTime(Date.now() + 12 * hour);
    expect((await auth.signedIn(token)).session).toBeNull();
    expect(stored.size).toBe(0);
  });

  test('use keeps a session alive, until its whole lifetime is over', async () => {
    const { auth } = inMemory();
    const { token } = await auth.loginUser(susan, { remember: false });
    const start = Date.now();
    for (let hours = 8; hours < 48; hours += 8) {
      vi.setSystemTime(start + hours * hour);
      expect((await auth.signedIn(token)).session, `after ${hours} hours`).not.toBeNull();
    }
    vi.setSystemTime(start + 48 * hour);
    expect((await auth.signedIn(token)).session).toBeNull();
  });

  test('a visit writes to the store only once half of the idle time has passed', async () => {
    const { auth } = inMemory();
    const { token } = await auth.loginUser(susan, { remember: true });
    expect((await auth.signedIn(token)).isExtended).toBe(false);
    vi.setSystemTime(Date.now() + 361 * hour);
    expect((await auth.signedIn(token)).isExtended).toBe(true);
    expect((await auth.signedIn(token)).isExtended).toBe(false);
  });

  test('a remembered session outlives an ordinary one', async () => {
    const { auth } = inMemory();
    const { token } = await auth.loginUser(susan, { remember: true });
    vi.setSystemTime(Date.now() + 700 * hour);
    expect((await auth.signedIn(token)).session).toMatchObject({ isRemembered: true });
  });

  test('all sessions of a user end together', async () => {
    const { auth } = inMemory();
    const first = await auth.loginUser(susan, { remember: false });
    const second = await auth.loginUser(susan, { remember: true });
    await auth.endSessionsOf(susan.id);
    expect((await auth.signedIn(first.token)).session).toBeNull();
    expect((await auth.signedIn(second.token)).session).toBeNull();
  });
});
