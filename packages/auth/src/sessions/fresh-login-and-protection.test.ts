import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  hour,
  inMemory,
  kept,
  laptop,
  laptopElsewhere,
  laptopUpdated,
  office,
  reopened,
  susan,
} from '../in-memory.fixture.ts';
import { isFresh } from './session.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());
const after = (ms: number) => vi.setSystemTime(Date.now() + ms);

describe('a fresh login', () => {
  test('threat 15: is one by password, for a time', async () => {
    const { auth } = inMemory();
    const tokens = kept((await auth.loginUser(susan, { client: laptop })).issued);
    const fresh = async () => {
      const { session } = await auth.resumeSession(tokens, laptop);
      return session !== null && isFresh(session);
    };
    expect(await fresh()).toBe(true);
    after(hour / 4);
    expect(await fresh()).toBe(false);
  });

  test('is not one that the application has started without a password', async () => {
    const { auth } = inMemory();
    const { session } = await auth.loginUser(susan, { client: laptop, fresh: false });
    expect(isFresh(session)).toBe(false);
  });

  test('threat 9: comes again by confirming, under a new token, and the old one is dead', async () => {
    const { auth } = inMemory();
    const tokens = kept((await auth.loginUser(susan, { client: laptop, fresh: false })).issued);
    const { session } = await auth.resumeSession(tokens, laptop);
    if (!session) throw new Error('Susan is signed in.');
    const confirmed = await auth.confirmLogin(susan, session, laptop);
    expect(isFresh(confirmed.session)).toBe(true);
    expect(confirmed.session.createdAt).toEqual(session.createdAt);
    expect((await auth.resumeSession(tokens, laptop)).current.isAnonymous).toBe(true);
    expect((await auth.resumeSession(kept(confirmed.issued), laptop)).current.id).toBe(susan.id);
  });
});

describe('session protection', () => {
  const on = async (sessionProtection: 'off' | 'basic' | 'strong') => {
    const world = inMemory({ sessionProtection });
    const seen: string[] = [];
    world.auth.events.on('session_protected', ({ user }) => void seen.push(user.id));
    const { issued } = await world.auth.loginUser(susan, { client: laptop, remember: true });
    return { ...world, seen, tokens: kept(issued) };
  };

  test.each([
    ['the same browser', laptop],
    ['its next version', laptopUpdated],
    ['another network', laptopElsewhere],
  ])('takes %s for the same device', async (_, client) => {
    const { auth, tokens, seen } = await on('strong');
    const { session } = await auth.resumeSession(tokens, client);
    expect(session && isFresh(session)).toBe(true);
    expect(seen).toEqual([]);
  });

  test('basic: another device makes the session un-fresh, and it stays so', async () => {
    const { auth, tokens, seen } = await on('basic');
    for (const client of [office, laptop]) {
      const { current, session } = await auth.resumeSession(tokens, client);
      expect(current.id).toBe(susan.id);
      expect(session && isFresh(session)).toBe(false);
    }
    expect(seen).toEqual([susan.id]);
  });

  test('strong: another device ends the session, and forgets the browser', async () => {
    const { auth, tokens, seen, stored } = await on('strong');
    expect((await auth.resumeSession(tokens, office)).current.isAnonymous).toBe(true);
    expect((await auth.resumeSession(reopened(tokens), laptop)).current.isAnonymous).toBe(true);
    expect(seen).toEqual([susan.id]);
    expect(stored.size).toBe(0);
  });

  test('off: nothing happens', async () => {
    const { auth, tokens, seen } = await on('off');
    const { session } = await auth.resumeSession(tokens, office);
    expect(session && isFresh(session)).toBe(true);
    expect(seen).toEqual([]);
  });
});
