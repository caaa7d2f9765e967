import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { afterRestart, inMemory, laptop as client, susan, tokensAfter } from '../in-memory.fixture.ts';
import type { PresentedTokens } from './session-cookies.ts';
import { isFresh } from './session.ts';

// A browser sends several requests at the same time: one of them gets new tokens, the others still send the old ones.

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());
const advanceTime = (ms: number) => vi.setSystemTime(Date.now() + ms);

async function loggedIn({ remember = true } = {}) {
  const world = inMemory();
  const { auth, logIn, sessionOf } = world;
  const replays: string[] = [];
  auth.events.on('remember_token_replayed', ({ userId }) => void replays.push(userId));
  const tokens = await logIn({ remember });

  /** The new tokens after the rotation that follows a change of the password. */
  const rotate = async () =>
    tokensAfter((await auth.rotateSession(await sessionOf(tokens), client)).issued, tokens);

  /** The new tokens after confirming the password. */
  const confirm = async (presented: PresentedTokens = tokens) =>
    tokensAfter((await auth.confirmLogin(susan, await sessionOf(presented), client)).issued, tokens);

  return { ...world, tokens, replays, rotate, confirm };
}

describe('after a change of the password, the old tokens', () => {
  test('are invalid at once, without a replay, and the new ones stay valid', async () => {
    const { auth, tokens, replays, rotate, sessionOf, whoAmI } = await loggedIn();
    const rotated = await rotate();
    advanceTime(9000);

    const parallel = await auth.resumeSession(tokens, client);
    expect(parallel.current.isAnonymous).toBe(true);
    expect(parallel.issued).toEqual({});
    expect(replays).toEqual([]);
    expect(isFresh(await sessionOf(rotated))).toBe(true);
    expect(await whoAmI(afterRestart(rotated))).toBe(susan.id);
  });

  test('are a replay after ten seconds, once the new ones were used [T13]', async () => {
    const { tokens, replays, rotate, whoAmI } = await loggedIn();
    const rotated = await rotate();
    expect(await whoAmI(rotated)).toBe(susan.id);
    advanceTime(10_001);

    expect(await whoAmI(afterRestart(tokens))).toBeNull();
    expect(replays).toEqual([susan.id]);
    expect(await whoAmI(rotated)).toBeNull();
  });

  test('are a replay at once if they were used long before the change [T13]', async () => {
    const { auth, tokens, replays, whoAmI } = await loggedIn();
    const { session, issued } = await auth.resumeSession(afterRestart(tokens), client);
    advanceTime(10_001);
    if (session) await auth.rotateSession(session, client);
    await auth.resumeSession(afterRestart(tokens), client);
    expect(replays).toEqual([susan.id]);
    expect(await whoAmI(tokensAfter(issued))).toBeNull();
  });
});

describe('after confirming the password, the old tokens', () => {
  test('are signed in without a fresh login for ten seconds, and issue no cookie', async () => {
    const { auth, tokens, confirm, sessionOf } = await loggedIn();
    const confirmed = await confirm();
    advanceTime(9000);

    const parallel = await auth.resumeSession(tokens, client);
    expect(parallel.current.id).toBe(susan.id);
    expect(parallel.session && isFresh(parallel.session)).toBe(false);
    expect(parallel.issued).toEqual({});
    expect(isFresh(await sessionOf(confirmed))).toBe(true);
    expect(await auth.listDevices(susan.id)).toHaveLength(1);
  });

  test('are invalid at once without a remember token [T9]', async () => {
    const { auth, stored, tokens, confirm, sessionOf } = await loggedIn({ remember: false });
    const confirmed = await confirm();
    const parallel = await auth.resumeSession(tokens, client);
    expect(parallel.current.isAnonymous).toBe(true);
    expect(parallel.issued).toEqual({});
    expect(isFresh(await sessionOf(confirmed))).toBe(true);
    expect(stored.size).toBe(1);
  });

  test('begin a new session by the remember token after ten seconds', async () => {
    const { auth, tokens, confirm } = await loggedIn();
    await confirm();
    advanceTime(10_001);
    const { current, issued } = await auth.resumeSession(tokens, client);
    expect(current.id).toBe(susan.id);
    expect(issued.session).toMatch(/^s_/);
    expect(issued.remember?.token).toMatch(/^r_/);
  });

  test('are invalid once the browser has signed out [T10]', async () => {
    const { auth, tokens, confirm, whoAmI } = await loggedIn();
    await auth.logoutUser(await confirm(), client);
    expect(await whoAmI(tokens)).toBeNull();
  });

  test('are a replay if the next remember token was used before [T13]', async () => {
    const { auth, tokens, replays, confirm, whoAmI } = await loggedIn();
    const { issued } = await auth.resumeSession(afterRestart(tokens), client);
    expect(await whoAmI(tokensAfter(issued))).toBe(susan.id);
    advanceTime(10_001);
    await confirm({ ...tokens, remember: null });
    expect(await whoAmI(tokens)).toBeNull();
    expect(replays).toEqual([susan.id]);
  });
});

test('after a change of the role, only the first parallel request gets cookies', async () => {
  const { auth, stored, tokens } = await loggedIn();
  for (const session of stored.values()) {
    stored.set(session.id, { ...session, attributes: { ...session.attributes, mustRotate: true } });
  }
  const tabs = [];
  for (let i = 0; i < 3; i++) tabs.push(await auth.resumeSession(tokens, client));

  expect(tabs.map(({ current }) => current.id)).toEqual([susan.id, susan.id, susan.id]);
  expect(tabs.map(({ session }) => session && isFresh(session))).toEqual([false, false, false]);
  expect(tabs.slice(1).map(({ issued }) => issued)).toEqual([{}, {}]);
  const rotated = await auth.resumeSession(tokensAfter(tabs[0]?.issued ?? {}, tokens), client);
  expect(rotated.current.id).toBe(susan.id);
  expect(rotated.issued).toEqual({});
});
