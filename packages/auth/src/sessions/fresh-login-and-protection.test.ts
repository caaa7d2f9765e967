import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  afterRestart,
  hourMs,
  inMemory,
  laptop,
  laptopElsewhere,
  laptopUpdated,
  office,
  susan,
  tokensAfter,
} from '../in-memory.fixture.ts';
import { isFresh } from './session.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

describe('a fresh login', () => {
  test('by password lasts for a limited time [T15]', async () => {
    const { logIn, sessionOf } = inMemory();
    const tokens = await logIn();
    expect(isFresh(await sessionOf(tokens))).toBe(true);
    vi.setSystemTime(Date.now() + hourMs / 4);
    expect(isFresh(await sessionOf(tokens))).toBe(false);
  });

  test('is not a session that was started without a password', async () => {
    const { auth } = inMemory();
    const { session } = await auth.loginUser(susan, { client: laptop, fresh: false });
    expect(isFresh(session)).toBe(false);
  });

  test('by confirming has a new token, and the old one is invalid [T9]', async () => {
    const { auth, logIn, whoAmI, sessionOf } = inMemory();
    const tokens = await logIn({ fresh: false });
    const session = await sessionOf(tokens);
    const confirmed = await auth.confirmLogin(susan, session, laptop);
    expect(isFresh(confirmed.session)).toBe(true);
    expect(confirmed.session.createdAt).toEqual(session.createdAt);
    expect(await whoAmI(tokens)).toBeNull();
    expect(await whoAmI(tokensAfter(confirmed.issued))).toBe(susan.id);
  });
});

describe('session protection', () => {
  const protectedBy = async (sessionProtection: 'off' | 'basic' | 'strong') => {
    const world = inMemory({ sessionProtection });
    const emitted: string[] = [];
    world.auth.events.on('session_protected', ({ user }) => void emitted.push(user.id));
    return { ...world, emitted, tokens: await world.logIn({ remember: true }) };
  };

  test.each([
    ['the same browser', laptop],
    ['its next version', laptopUpdated],
    ['the same browser on another network', laptopElsewhere],
  ])('recognizes %s as the same device', async (_, client) => {
    const { sessionOf, tokens, emitted } = await protectedBy('strong');
    expect(isFresh(await sessionOf(tokens, client))).toBe(true);
    expect(emitted).toEqual([]);
  });

  test('basic: use by another device ends the fresh login for all devices', async () => {
    const { auth, tokens, emitted } = await protectedBy('basic');
    for (const client of [office, laptop]) {
      const { current, session } = await auth.resumeSession(tokens, client);
      expect(current.id).toBe(susan.id);
      expect(session && isFresh(session)).toBe(false);
    }
    expect(emitted).toEqual([susan.id]);
  });

  test('strong: use by another device ends session and remembered browser', async () => {
    const { whoAmI, tokens, emitted, stored } = await protectedBy('strong');
    expect(await whoAmI(tokens, office)).toBeNull();
    expect(await whoAmI(afterRestart(tokens))).toBeNull();
    expect(emitted).toEqual([susan.id]);
    expect(stored.size).toBe(0);
  });

  test('off: use by another device has no effect', async () => {
    const { sessionOf, tokens, emitted } = await protectedBy('off');
    expect(isFresh(await sessionOf(tokens, office))).toBe(true);
    expect(emitted).toEqual([]);
  });
});
