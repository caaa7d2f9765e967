import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { inMemory, kept, laptop as client, reopened, susan } from '../in-memory.fixture.ts';
import type { IssuedTokens, PresentedTokens } from './session-cookies.ts';
import { isFresh } from './session.ts';

/* Requests of one browser that are under way side by side: one of them gets new cookies, the others carry the old ones. */

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());
const after = (ms: number) => vi.setSystemTime(Date.now() + ms);

const nothingIssued: IssuedTokens = {};

async function signedIn({ remember = true } = {}) {
  const world = inMemory();
  const { auth } = world;
  const alarms: string[] = [];
  auth.events.on('remember_token_replayed', ({ userId }) => void alarms.push(userId));
  const tokens = kept((await auth.loginUser(susan, { client, remember })).issued);
  const sessionOf = async (presented: PresentedTokens) => {
    const { session } = await auth.resumeSession(presented, client);
    if (!session) throw new Error('Susan is signed in.');
    return session;
  };
  return { ...world, tokens, alarms, sessionOf };
}

describe('beside a change of the password', () => {
  test('a request with the tokens of before is nobody’s, raises no alarm, and leaves the browser signed in', async () => {
    const { auth, tokens, alarms, sessionOf } = await signedIn();
    const renewed = kept((await auth.rotateSession(await sessionOf(tokens), client)).issued, tokens);
    after(9000);

    const beside = await auth.resumeSession(tokens, client);
    expect(beside.current.isAnonymous).toBe(true);
    expect(beside.issued).toEqual(nothingIssued);
    expect(alarms).toEqual([]);
    expect(isFresh(await sessionOf(renewed))).toBe(true);
    expect((await auth.resumeSession(reopened(renewed), client)).current.id).toBe(susan.id);
  });

  test('threat 13: the remember token of before is theft when it comes back later', async () => {
    const { auth, tokens, alarms, sessionOf } = await signedIn();
    const renewed = kept((await auth.rotateSession(await sessionOf(tokens), client)).issued, tokens);
    after(10_001);

    expect((await auth.resumeSession(reopened(tokens), client)).current.isAnonymous).toBe(true);
    expect(alarms).toEqual([susan.id]);
    expect((await auth.resumeSession(renewed, client)).current.isAnonymous).toBe(true);
  });

  test('threat 13: a remember token that was used long before is theft at once', async () => {
    const { auth, tokens, alarms } = await signedIn();
    const { session, issued } = await auth.resumeSession(reopened(tokens), client);
    after(10_001);
    if (session) await auth.rotateSession(session, client);
    await auth.resumeSession(reopened(tokens), client);
    expect(alarms).toEqual([susan.id]);
    expect((await auth.resumeSession(kept(issued), client)).current.isAnonymous).toBe(true);
  });
});

describe('beside confirming', () => {
  test('a request with the tokens of before is signed in and not fresh, and changes no cookie', async () => {
    const { auth, tokens, sessionOf } = await signedIn();
    const confirmed = kept((await auth.confirmLogin(susan, await sessionOf(tokens), client)).issued, tokens);
    after(9000);

    const beside = await auth.resumeSession(tokens, client);
    expect(beside.current.id).toBe(susan.id);
    expect(beside.session && isFresh(beside.session)).toBe(false);
    expect(beside.issued).toEqual(nothingIssued);
    expect(isFresh(await sessionOf(confirmed))).toBe(true);
    expect(await auth.listDevices(susan.id)).toHaveLength(1);
  });

  test('threat 9: the session of before is dead by itself', async () => {
    const { auth, stored, tokens, sessionOf } = await signedIn({ remember: false });
    const confirmed = kept((await auth.confirmLogin(susan, await sessionOf(tokens), client)).issued);
    const beside = await auth.resumeSession(tokens, client);
    expect(beside.current.isAnonymous).toBe(true);
    expect(beside.issued).toEqual(nothingIssued);
    expect(isFresh(await sessionOf(confirmed))).toBe(true);
    expect(stored.size).toBe(1);
  });

  test('a request that comes later is a browser that comes back', async () => {
    const { auth, tokens, sessionOf } = await signedIn();
    await auth.confirmLogin(susan, await sessionOf(tokens), client);
    after(10_001);
    const { current, issued } = await auth.resumeSession(tokens, client);
    expect(current.id).toBe(susan.id);
    expect(issued.session).toBeTruthy();
    expect(issued.remember).toBeTruthy();
  });

  test('threat 10: nothing of before is good once the browser has signed out', async () => {
    const { auth, tokens, sessionOf } = await signedIn();
    const confirmed = kept((await auth.confirmLogin(susan, await sessionOf(tokens), client)).issued, tokens);
    await auth.logoutUser(confirmed, client);
    expect((await auth.resumeSession(tokens, client)).current.isAnonymous).toBe(true);
  });

  test('threat 13: a remember token that was used does not count', async () => {
    const { auth, tokens, alarms, sessionOf } = await signedIn();
    await auth.resumeSession(reopened(tokens), client);
    after(10_001);
    await auth.confirmLogin(susan, await sessionOf({ ...tokens, remember: null }), client);
    expect((await auth.resumeSession(tokens, client)).current.isAnonymous).toBe(true);
    expect(alarms).toEqual([susan.id]);
  });
});

describe('beside the first request with a new role', () => {
  test('another one is signed in and not fresh, and changes no cookie', async () => {
    const { auth, stored, tokens } = await signedIn();
    for (const session of stored.values()) {
      stored.set(session.id, { ...session, attributes: { ...session.attributes, mustRotate: true } });
    }
    const tabs = [];
    for (let i = 0; i < 3; i++) tabs.push(await auth.resumeSession(tokens, client));

    expect(tabs.map(({ current }) => current.id)).toEqual([susan.id, susan.id, susan.id]);
    expect(tabs.map(({ session }) => session && isFresh(session))).toEqual([false, false, false]);
    expect(tabs.slice(1).map(({ issued }) => issued)).toEqual([nothingIssued, nothingIssued]);
    const rotated = await auth.resumeSession(kept(tabs[0]?.issued ?? {}, tokens), client);
    expect(rotated.current.id).toBe(susan.id);
    expect(rotated.issued).toEqual(nothingIssued);
  });
});
