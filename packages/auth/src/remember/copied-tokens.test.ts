import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { afterRestart, inMemory, laptop as client, susan, tokensAfter } from '../in-memory.fixture.ts';
import type { PresentedTokens } from '../sessions/session-cookies.ts';

// A user's browser and a thief, who has a copy of its remember token (docs/decisions/0017).

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());
const advanceTime = (ms: number) => vi.setSystemTime(Date.now() + ms);
const passGracePeriod = () => advanceTime(10_001);

async function remembered() {
  const { auth, logIn, whoAmI } = inMemory();
  const alarms: string[] = [];
  auth.events.on('remember_token_replayed', ({ userId }) => void alarms.push(userId));
  const tokens = await logIn({ remember: true });
  /** A browser whose answers all arrive. */
  const browserWith = (initial: PresentedTokens) => {
    let own = initial;
    return {
      tokens: () => own,
      async request() {
        const { current, issued } = await auth.resumeSession(own, client);
        own = tokensAfter(issued, own);
        return current.id;
      },
    };
  };
  return {
    auth,
    alarms,
    whoAmI,
    tokens,
    user: browserWith(tokens),
    browserWith,
    stolen: afterRestart(tokens),
  };
}

describe('a lost answer', () => {
  test('leaves the browser signed in, however late it comes back [T13]', async () => {
    const { auth, alarms, browserWith, stolen } = await remembered();
    await auth.resumeSession(stolen, client);
    advanceTime(3_600_000 * 24 * 7);
    await auth.resumeSession(stolen, client);
    passGracePeriod();
    const browser = browserWith(stolen);
    expect([await browser.request(), await browser.request()]).toEqual([susan.id, susan.id]);
    expect(alarms).toEqual([]);
  });

  test('is worth nothing once the browser has come back [T13]', async () => {
    const { auth, alarms, whoAmI, browserWith, stolen } = await remembered();
    const lost = tokensAfter((await auth.resumeSession(stolen, client)).issued);
    passGracePeriod();
    const browser = browserWith(stolen);
    await browser.request();
    expect(await whoAmI(lost)).toBeNull();
    expect(alarms).toEqual([]);
  });

  test('to a change of the password signs out without an alarm [T13]', async () => {
    const { auth, alarms, whoAmI, tokens } = await remembered();
    const { session } = await auth.resumeSession(tokens, client);
    if (session) await auth.rotateSession(session, client);
    passGracePeriod();
    expect(await whoAmI(tokens)).toBeNull();
    expect(alarms).toEqual([]);
  });

  test('does not end the session of a parallel request that was answered', async () => {
    const { auth, alarms, browserWith, stolen } = await remembered();
    await auth.resumeSession(stolen, client);
    advanceTime(9000);
    const browser = browserWith(stolen);
    await browser.request();
    advanceTime(2000);
    // A third request, which was sent before the second was answered, is answered as well, and that answer is lost.
    await auth.resumeSession(stolen, client);
    passGracePeriod();
    expect(await browser.request()).toBe(susan.id);
    expect(alarms).toEqual([]);
  });
});

describe('a thief is noticed at the next request of the user', () => {
  test('who still has a session [T13]', async () => {
    const { alarms, user, browserWith, stolen } = await remembered();
    const thief = browserWith(stolen);
    await thief.request();
    passGracePeriod();
    await thief.request();
    expect(await user.request()).toBeNull();
    expect(alarms).toEqual([susan.id]);
    expect(await thief.request()).toBeNull();
  });

  test('who comes back with the used token [T13]', async () => {
    const { alarms, browserWith, stolen } = await remembered();
    const [thief, user] = [browserWith(stolen), browserWith(stolen)];
    await thief.request();
    await thief.request();
    passGracePeriod();
    expect(await user.request()).toBeNull();
    expect(alarms).toEqual([susan.id]);
  });
});

describe('a thief is noticed at once', () => {
  test('with a token that the user has used, and whose answer arrived [T13]', async () => {
    const { alarms, browserWith, stolen } = await remembered();
    const [user, thief] = [browserWith(stolen), browserWith(stolen)];
    await user.request();
    await user.request();
    passGracePeriod();
    expect(await thief.request()).toBeNull();
    expect(alarms).toEqual([susan.id]);
    expect(await user.request()).toBeNull();
  });

  test('with the answer to a token that the user has exchanged again [T13]', async () => {
    const { alarms, browserWith, stolen } = await remembered();
    const [thief, user] = [browserWith(stolen), browserWith(stolen)];
    await thief.request();
    passGracePeriod();
    expect([await user.request(), await user.request()]).toEqual([susan.id, susan.id]);
    expect(alarms).toEqual([]);
    expect(await thief.request()).toBeNull();
    expect(alarms).toEqual([susan.id]);
    expect(await user.request()).toBeNull();
  });

  test('who presents such an answer first, when the user presents theirs [T13]', async () => {
    const { alarms, browserWith, stolen } = await remembered();
    const [thief, user] = [browserWith(stolen), browserWith(stolen)];
    await thief.request();
    passGracePeriod();
    await user.request();
    expect(await thief.request()).toBeNull();
    expect(await user.request()).toBeNull();
    expect(alarms).toEqual([susan.id]);
  });

  test.each([
    ['the thief first', [1, 0]],
    ['the user first', [0, 1]],
  ])('when both got an answer within ten seconds: %s [T13]', async (_, order) => {
    const { alarms, browserWith, stolen } = await remembered();
    const both = [browserWith(stolen), browserWith(stolen)];
    for (const browser of both) expect(await browser.request()).toBe(susan.id);
    for (const browser of both) expect(await browser.request(), 'within ten seconds').toBe(susan.id);
    advanceTime(20_002);
    const [first, second] = order.map((i) => both[i]);
    expect(await first?.request()).toBe(susan.id);
    expect(await second?.request()).toBeNull();
    expect(alarms).toEqual([susan.id]);
    expect(await first?.request()).toBeNull();
  });

  test.each(['signing in', 'signing out'])('by %s with a used token [T13]', async (how) => {
    const { auth, alarms, browserWith, stolen } = await remembered();
    const user = browserWith(stolen);
    expect([await user.request(), await user.request()]).toEqual([susan.id, susan.id]);
    passGracePeriod();
    if (how === 'signing in') await auth.loginUser(susan, { client, replaces: stolen });
    else await auth.logoutUser(stolen, client);
    expect(alarms).toEqual([susan.id]);
    expect(await user.request()).toBeNull();
  });
});

test('a copy from before a change of the password is noticed later [T13]', async () => {
  const { auth, alarms, user, stolen, browserWith, tokens } = await remembered();
  const { session } = await auth.resumeSession(tokens, client);
  const issued = session && (await auth.rotateSession(session, client)).issued;
  const changed = browserWith(tokensAfter(issued ?? {}, user.tokens()));
  const thief = browserWith(stolen);
  passGracePeriod();
  expect(await thief.request()).toBeNull();
  expect(alarms).toEqual([]);
  expect(await changed.request()).toBe(susan.id);
  expect(await thief.request()).toBeNull();
  expect(alarms).toEqual([susan.id]);
});
