import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hour, inMemory, kept, laptop as client, nothing, reopened, susan } from '../in-memory.fixture.ts';
import { isFresh } from '../sessions/session.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());
const after = (ms: number) => vi.setSystemTime(Date.now() + ms);

async function remembered(world = inMemory(), options: { duration?: number } = {}) {
  const { issued } = await world.auth.loginUser(susan, { client, remember: true, ...options });
  return { ...world, tokens: kept(issued) };
}

describe('a remembered browser that comes back', () => {
  test('is signed in and not fresh, and gets its next token', async () => {
    const { auth, tokens } = await remembered();
    const { current, session, issued } = await auth.resumeSession(reopened(tokens), client);
    expect(current.id).toBe(susan.id);
    expect(session && isFresh(session)).toBe(false);
    expect(session?.isRemembered).toBe(true);
    expect(issued.remember?.token).not.toBe(tokens.remember);
    expect((await auth.resumeSession(kept(issued), client)).session?.id).toBe(session?.id);
  });

  test('may open several tabs at the same moment', async () => {
    const { auth, tokens } = await remembered();
    const tabs = await Promise.all([1, 2, 3].map(() => auth.resumeSession(reopened(tokens), client)));
    expect(tabs.map(({ current }) => current.id)).toEqual(['1', '1', '1']);
    after(hour);
    for (const { issued } of tabs) {
      expect((await auth.resumeSession(reopened(kept(issued)), client)).current.id).toBe('1');
    }
  });

  test('threat 13: with a token that was used before is taken for a thief, and everything begun with it ends', async () => {
    const { auth, stored, tokens } = await remembered();
    const replays: string[] = [];
    auth.events.on('remember_token_replayed', ({ userId }) => void replays.push(userId));
    const { issued } = await auth.resumeSession(reopened(tokens), client);
    const other = kept((await auth.loginUser(susan, { client })).issued);
    after(10_001);

    expect((await auth.resumeSession(reopened(tokens), client)).current.isAnonymous).toBe(true);
    expect(replays).toEqual([susan.id]);
    for (const dead of [tokens, kept(issued)]) {
      expect((await auth.resumeSession(dead, client)).current.isAnonymous).toBe(true);
    }
    expect((await auth.resumeSession(other, client)).current.id, 'another browser').toBe(susan.id);
    expect(stored.size).toBe(1);
  });

  test('is told apart from one that made its token up', async () => {
    const { auth, tokens } = await remembered();
    const madeUp = `${tokens.remember?.slice(0, -1)}${tokens.remember?.endsWith('A') ? 'B' : 'A'}`;
    expect((await auth.resumeSession({ session: null, remember: madeUp }, client)).current.isAnonymous).toBe(
      true,
    );
    expect((await auth.resumeSession(reopened(tokens), client)).current.id).toBe(susan.id);
  });

  test('threat 11: is forgotten when it was not used for its idle time', async () => {
    const { auth, tokens } = await remembered();
    after(719 * hour);
    const { issued } = await auth.resumeSession(reopened(tokens), client);
    after(719 * hour);
    const next = (await auth.resumeSession(reopened(kept(issued)), client)).issued;
    after(720 * hour);
    expect((await auth.resumeSession(reopened(kept(next)), client)).current.isAnonymous).toBe(true);
  });

  test('threat 11: is forgotten when its whole time is over, or the one that was given for this sign-in', async () => {
    const world = inMemory({ rememberLifetime: { idleMs: 8760 * hour, lifetimeMs: 8760 * hour } });
    const [long, short] = [await remembered(world), await remembered(world, { duration: 100 * hour })];
    after(100 * hour);
    expect((await world.auth.resumeSession(reopened(short.tokens), client)).current.isAnonymous).toBe(true);
    const { issued } = await world.auth.resumeSession(reopened(long.tokens), client);
    after(8660 * hour);
    expect((await world.auth.resumeSession(reopened(kept(issued)), client)).current.isAnonymous).toBe(true);
  });

  test('whose user is gone is forgotten', async () => {
    const { auth, users, tokens } = await remembered();
    users.clear();
    expect((await auth.resumeSession(reopened(tokens), client)).current.isAnonymous).toBe(true);
  });
});

test.each([0, -1, NaN, Infinity])('a duration of %d is an error at once', async (duration) => {
  const { auth, stored } = inMemory();
  await expect(auth.loginUser(susan, { client, remember: true, duration })).rejects.toThrow(RangeError);
  expect(stored.size).toBe(0);
});

test('signing in again on the same browser ends what it had', async () => {
  const { auth, tokens } = await remembered();
  const { issued } = await auth.loginUser(susan, { client, replaces: tokens });
  expect(issued.remember).toBeNull();
  expect((await auth.resumeSession(tokens, client)).current.isAnonymous).toBe(true);
  expect((await auth.resumeSession(kept(issued), client)).current.id).toBe(susan.id);
});

test('threat 9: a renewed session has new tokens, and the ones before are dead', async () => {
  const { auth, tokens } = await remembered();
  const { session } = await auth.resumeSession(tokens, client);
  if (!session) throw new Error('Susan is signed in.');
  const renewed = kept((await auth.rotateSession(session, client)).issued, tokens);
  expect(renewed.session).not.toBe(tokens.session);
  expect(renewed.remember).not.toBe(tokens.remember);
  expect(
    (await auth.resumeSession({ ...nothing, session: tokens.session }, client)).current.isAnonymous,
  ).toBe(true);
  expect((await auth.resumeSession(renewed, client)).session?.isRemembered).toBe(true);
  expect((await auth.resumeSession(reopened(renewed), client)).current.id).toBe(susan.id);
  expect((await auth.resumeSession(reopened(tokens), client)).current.isAnonymous).toBe(true);
});
