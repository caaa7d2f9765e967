import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  afterRestart,
  hourMs,
  inMemory,
  laptop as client,
  noTokens,
  susan,
  tokensAfter,
} from '../in-memory.fixture.ts';
import { isFresh } from '../sessions/session.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());
const advanceTime = (ms: number) => vi.setSystemTime(Date.now() + ms);

async function remembered(world = inMemory(), options: { duration?: number } = {}) {
  return { ...world, tokens: await world.logIn({ remember: true, ...options }) };
}

describe('a remembered browser', () => {
  test('begins a new session, which is not fresh, with its next token', async () => {
    const { auth, sessionOf, tokens } = await remembered();
    const { current, session, issued } = await auth.resumeSession(afterRestart(tokens), client);
    expect(current.id).toBe(susan.id);
    expect(session && isFresh(session)).toBe(false);
    expect(session?.isRemembered).toBe(true);
    expect(issued.remember?.token).not.toBe(tokens.remember);
    expect((await sessionOf(tokensAfter(issued))).id).toBe(session?.id);
  });

  test('may open several tabs at once', async () => {
    const { auth, whoAmI, tokens } = await remembered();
    const tabs = await Promise.all([1, 2, 3].map(() => auth.resumeSession(afterRestart(tokens), client)));
    expect(tabs.map(({ current }) => current.id)).toEqual([susan.id, susan.id, susan.id]);
    advanceTime(hourMs);
    // The browser keeps the cookies of the answer that arrives last.
    expect(await whoAmI(tokensAfter(tabs[1]?.issued ?? {}))).toBe(susan.id);
  });

  test('is signed out everywhere when its token is used after the next one [T13]', async () => {
    const { auth, stored, logIn, whoAmI, tokens } = await remembered();
    const replays: string[] = [];
    auth.events.on('remember_token_replayed', ({ userId }) => void replays.push(userId));
    const { issued } = await auth.resumeSession(afterRestart(tokens), client);
    expect(await whoAmI(tokensAfter(issued))).toBe(susan.id);
    const other = await logIn();
    advanceTime(10_001);

    expect(await whoAmI(afterRestart(tokens))).toBeNull();
    expect(replays).toEqual([susan.id]);
    for (const ended of [tokens, tokensAfter(issued)]) expect(await whoAmI(ended)).toBeNull();
    expect(await whoAmI(other), 'another browser').toBe(susan.id);
    expect(stored.size).toBe(1);
  });

  test('is not affected by a forged token', async () => {
    const { whoAmI, tokens } = await remembered();
    const forged = `${tokens.remember?.slice(0, -1)}${tokens.remember?.endsWith('A') ? 'B' : 'A'}`;
    expect(await whoAmI({ session: null, remember: forged })).toBeNull();
    expect(await whoAmI(afterRestart(tokens))).toBe(susan.id);
  });

  test('is forgotten after its idle time [T11]', async () => {
    const { auth, whoAmI, tokens } = await remembered();
    advanceTime(719 * hourMs);
    const { issued } = await auth.resumeSession(afterRestart(tokens), client);
    advanceTime(719 * hourMs);
    const next = await auth.resumeSession(afterRestart(tokensAfter(issued)), client);
    advanceTime(720 * hourMs);
    expect(await whoAmI(afterRestart(tokensAfter(next.issued)))).toBeNull();
  });

  test('is forgotten after its lifetime, even if it is used [T11]', async () => {
    const world = inMemory({ rememberLifetime: { idleMs: 8760 * hourMs, lifetimeMs: 8760 * hourMs } });
    const { auth, whoAmI, tokens } = await remembered(world);
    advanceTime(100 * hourMs);
    const { current, issued } = await auth.resumeSession(afterRestart(tokens), client);
    expect(current.id).toBe(susan.id);
    advanceTime(8660 * hourMs);
    expect(await whoAmI(afterRestart(tokensAfter(issued)))).toBeNull();
  });

  test('is forgotten after the duration given for its sign-in', async () => {
    const { whoAmI, tokens } = await remembered(inMemory(), { duration: 100 * hourMs });
    advanceTime(100 * hourMs);
    expect(await whoAmI(afterRestart(tokens))).toBeNull();
  });

  test('is forgotten when its user was deleted', async () => {
    const { auth, users, whoAmI, tokens } = await remembered();
    users.clear();
    expect(await whoAmI(afterRestart(tokens))).toBeNull();
    expect(await auth.listDevices(susan.id)).toEqual([]);
  });
});

test.each([0, -1, NaN, Infinity])('a duration of %d is an error', async (duration) => {
  const { auth, stored } = inMemory();
  await expect(auth.loginUser(susan, { client, remember: true, duration })).rejects.toThrow(RangeError);
  expect(stored.size).toBe(0);
});

test('signing in again ends the browser’s earlier session and remember token', async () => {
  const { auth, whoAmI, tokens } = await remembered();
  const { issued } = await auth.loginUser(susan, { client, replaces: tokens });
  expect(issued.remember).toBeNull();
  expect(await whoAmI(tokens)).toBeNull();
  expect(await whoAmI(tokensAfter(issued))).toBe(susan.id);
});

test('rotating a session issues new tokens, and the old ones are invalid [T9]', async () => {
  const { auth, whoAmI, sessionOf, tokens } = await remembered();
  const { issued } = await auth.rotateSession(await sessionOf(tokens), client);
  const rotated = tokensAfter(issued, tokens);
  expect(rotated.session).not.toBe(tokens.session);
  expect(rotated.remember).not.toBe(tokens.remember);
  expect(await whoAmI({ ...noTokens, session: tokens.session })).toBeNull();
  expect((await sessionOf(rotated)).isRemembered).toBe(true);
  expect(await whoAmI(afterRestart(rotated))).toBe(susan.id);
  expect(await whoAmI(afterRestart(tokens))).toBeNull();
});
