import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAuth } from '../auth.ts';
import type { AuthOptions } from '../auth-parts.ts';
import { hour, inMemory, kept, laptop, nothing, susan, type TestUser } from '../in-memory.fixture.ts';
import { memorySessionAdapter } from './memory-session-adapter.ts';
import { hashToken } from './session-token.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

const client = laptop;
const present = (session: string | null, remember: string | null = null) => ({ session, remember });

async function signedInSusan(world = inMemory(), options: { remember?: boolean } = {}) {
  const { issued } = await world.auth.loginUser(susan, { client, ...options });
  return { ...world, tokens: kept(issued) };
}

describe('who is signed in, over plain maps', () => {
  test('a person answers isAuthenticated, isActive, isAnonymous and id', async () => {
    const { auth, tokens } = await signedInSusan();
    const { current } = await auth.resumeSession(tokens, client);
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
      const { current, session, issued } = await inMemory().auth.resumeSession(present(token, token), client);
      expect(current).toMatchObject({ isAuthenticated: false, isActive: false, isAnonymous: true, id: null });
      expect(session).toBeNull();
      expect(issued).toEqual({});
    },
  );

  test('a disabled user is known and not active', async () => {
    const { auth, users, tokens } = await signedInSusan();
    users.set('1', { ...susan, isActive: false });
    expect((await auth.resumeSession(tokens, client)).current).toMatchObject({
      isAuthenticated: true,
      isActive: false,
    });
  });

  test('a disabled user is not signed in, unless forced', async () => {
    const { auth, users, stored } = inMemory();
    users.set('1', { ...susan, isActive: false });
    await expect(auth.loginUser(susan, { client })).rejects.toMatchObject({ reason: 'account_disabled' });
    expect(stored.size).toBe(0);
    await auth.loginUser(susan, { client, force: true });
    expect(stored.size).toBe(1);
  });

  test('a session whose user is gone is signed out, and its row goes', async () => {
    const { auth, users, stored, tokens } = await signedInSusan();
    users.clear();
    expect((await auth.resumeSession(tokens, client)).current.isAnonymous).toBe(true);
    expect(stored.size).toBe(0);
  });

  test('a missing user loader is an error at once, in words', () => {
    // The cast stands for a caller without types.
    const options = { sessions: memorySessionAdapter() } as unknown as AuthOptions<TestUser>;
    expect(() => createAuth(options)).toThrow('createAuth needs loadUser');
  });

  test('a request without a session is asked for its user, a session wins over it, and none is started', async () => {
    const world = inMemory({
      loadUserFromRequest: ({ headers }) =>
        Promise.resolve(
          headers.get('x-api-key') === 'key of bob' ? { id: '2', username: 'bob', isActive: true } : null,
        ),
    });
    const { auth, stored, tokens } = await signedInSusan(world);
    const request = new Request('http://here.example', { headers: { 'x-api-key': 'key of bob' } });

    expect((await auth.resumeSession(tokens, client, request)).current.id).toBe('1');
    const { current, session, issued } = await auth.resumeSession(nothing, client, request);
    expect([current.id, session, issued]).toEqual(['2', null, {}]);
    expect(
      (await auth.resumeSession(nothing, client, new Request('http://here.example'))).current.id,
    ).toBeNull();
    expect(stored.size).toBe(1);
  });
});

describe('the token', () => {
  test('threat 8: has 256 random bits, and only its SHA-256 is stored', async () => {
    const { stored, tokens } = await signedInSusan();
    const token = tokens.session ?? '';
    expect(Buffer.from(token.slice(2), 'base64url')).toHaveLength(32);
    expect([...stored.keys()]).toEqual([hashToken(token)]);
    expect(JSON.stringify([...stored.values()])).not.toContain(token.slice(2));
  });

  test('threat 9: is new at every sign-in', async () => {
    const world = inMemory();
    const tokens = new Set<string | null>();
    for (let i = 0; i < 20; i++) tokens.add((await signedInSusan(world)).tokens.session);
    expect(tokens.size).toBe(20);
  });

  test('of a session is none of remember me, and the other way round', async () => {
    const { auth, tokens } = await signedInSusan(inMemory(), { remember: true });
    const swapped = await auth.resumeSession(present(tokens.remember, tokens.session), client);
    expect(swapped.current.isAnonymous).toBe(true);
  });

  test('threat 10: is worthless after sign-out, in every copy', async () => {
    const { auth, stored, tokens } = await signedInSusan(inMemory(), { remember: true });
    expect(await auth.logoutUser(tokens, client)).toEqual({ session: null, remember: null });
    expect((await auth.resumeSession(tokens, client)).session).toBeNull();
    expect(stored.size).toBe(0);
  });

  test.each([null, 'nonsense', `r_${'B'.repeat(43)}`])('signing out with %j is fine', async (token) => {
    await expect(inMemory().auth.logoutUser(present(token, token), client)).resolves.toBeDefined();
  });
});

describe('lifetimes', () => {
  const after = (ms: number) => vi.setSystemTime(Date.now() + ms);

  test('threat 11: a session ends when it is not used for its idle time', async () => {
    const { auth, stored, tokens } = await signedInSusan();
    after(12 * hour - 1);
    expect((await auth.resumeSession(tokens, client)).session).not.toBeNull();
    after(12 * hour);
    expect((await auth.resumeSession(tokens, client)).session).toBeNull();
    expect(stored.size).toBe(0);
  });

  test('threat 11: use keeps a session alive, until its whole lifetime is over', async () => {
    const { auth, tokens } = await signedInSusan();
    for (let hours = 8; hours < 48; hours += 8) {
      after(8 * hour);
      expect((await auth.resumeSession(tokens, client)).session, `after ${hours} hours`).not.toBeNull();
    }
    after(8 * hour);
    expect((await auth.resumeSession(tokens, client)).session).toBeNull();
  });

  test('a visit writes to the store at most once a minute', async () => {
    const { auth, stored, tokens } = await signedInSusan();
    const seen = () => [...stored.values()][0]?.attributes.lastSeenAt.getTime();
    const start = seen();
    after(59_000);
    await auth.resumeSession(tokens, client);
    expect(seen()).toBe(start);
    after(1000);
    await auth.resumeSession(tokens, client);
    expect(seen()).toBe(Date.now());
  });

  test('threat 10: all sessions of a user end together', async () => {
    const world = inMemory();
    const first = (await signedInSusan(world)).tokens;
    const second = (await signedInSusan(world, { remember: true })).tokens;
    await world.auth.endAllSessions(susan.id);
    for (const tokens of [first, second]) {
      expect((await world.auth.resumeSession(tokens, client)).session).toBeNull();
    }
  });
});
