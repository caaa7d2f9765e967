import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inMemory, laptop as client, susan, tokensAfter } from '../in-memory.fixture.ts';
import type { IssuedTokens, PresentedTokens } from '../sessions/session-cookies.ts';

// Random histories of a remembered browser whose answers may be lost, alone and beside a thief (docs/decisions/0017).

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());
const advanceTime = (ms: number) => vi.setSystemTime(Date.now() + ms);

/** A request of a group, in milliseconds: when it is sent, how long it and its answer take, and whether that is lost. */
type Sending = { sentAfter: number; transit: number; answerTransit: number; isLost: boolean };

type Step =
  | { kind: 'wait'; ms: number }
  /** The browser is closed and opened again. */
  | { kind: 'restart' }
  | { kind: 'requests'; group: Sending[] }
  | { kind: 'confirm' | 'changePassword'; isLost: boolean };

const transit = fc.nat(4000);
const sending = fc.record({
  sentAfter: fc.nat(3000),
  transit,
  answerTransit: transit,
  isLost: fc.boolean(),
});
const wait = fc.record({
  kind: fc.constant('wait' as const),
  ms: fc.constantFrom(0, 500, 9000, 10_001, 60_000, 3_600_000, 13 * 3_600_000),
});
const restart = fc.record({ kind: fc.constant('restart' as const) });
const requests = fc.record({
  kind: fc.constant('requests' as const),
  group: fc.array(sending, { minLength: 1, maxLength: 4 }),
});
const confirm = fc.record({ kind: fc.constant('confirm' as const), isLost: fc.boolean() });
const changePassword = fc.record({ kind: fc.constant('changePassword' as const), isLost: fc.boolean() });

async function remembered() {
  const { auth, logIn } = inMemory();
  const alarms: string[] = [];
  auth.events.on('remember_token_replayed', ({ userId }) => void alarms.push(userId));
  return { auth, alarms, tokens: await logIn({ remember: true }) };
}

type World = Awaited<ReturnType<typeof remembered>>;

/** A browser that sends the tokens that it has when it sends a request, and keeps those of the last answer that arrives. */
function browserWith({ auth }: World, initial: PresentedTokens) {
  let tokens = initial;
  const receive = (issued: IssuedTokens) => {
    tokens = tokensAfter(issued, tokens);
  };

  /** Runs what happens in its order: requests are sent, reach the server, and their answers arrive. */
  async function sendGroup(group: readonly Sending[]): Promise<void> {
    const start = Date.now();
    const events: { at: number; happen: () => void | Promise<void> }[] = group.map((each) => ({
      at: each.sentAfter,
      happen() {
        const sent = tokens;
        events.push({ at: each.sentAfter + each.transit, happen: () => answer(each, sent) });
      },
    }));
    const answer = async (
      { sentAfter, transit: way, answerTransit, isLost }: Sending,
      sent: PresentedTokens,
    ) => {
      const { issued } = await auth.resumeSession(sent, client);
      const arrival = {
        at: sentAfter + way + answerTransit,
        happen: () => {
          receive(issued);
        },
      };
      if (!isLost) events.push(arrival);
    };
    for (;;) {
      const [next] = events.sort((a, b) => a.at - b.at);
      if (!next) return;
      events.shift();
      vi.setSystemTime(start + next.at);
      await next.happen();
    }
  }

  async function replaceTokens(kind: 'confirm' | 'changePassword', isLost: boolean): Promise<void> {
    const { session, issued } = await auth.resumeSession(tokens, client);
    if (!session) return;
    // One answer has the changes of both.
    const replaced =
      kind === 'confirm'
        ? await auth.confirmLogin(susan, session, client).catch(() => null)
        : await auth.rotateSession(session, client).catch(() => null);
    if (!isLost) receive({ ...issued, ...replaced?.issued });
  }

  return {
    async take(step: Step): Promise<void> {
      if (step.kind === 'wait') advanceTime(step.ms);
      else if (step.kind === 'restart') tokens = { ...tokens, session: null };
      else if (step.kind === 'requests') await sendGroup(step.group);
      else await replaceTokens(step.kind, step.isLost);
    },
    tokens: () => tokens,
    /** A request whose answer arrives. @returns the user */
    async request(): Promise<string | null> {
      const { current, issued } = await auth.resumeSession(tokens, client);
      receive(issued);
      return current.id;
    },
  };
}

test('a browser whose answers are lost stays signed in and raises no alarm [T13]', async () => {
  const steps = fc.array(fc.oneof(wait, restart, requests, confirm), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const world = await remembered();
      const browser = browserWith(world, world.tokens);
      for (const step of history) await browser.take(step);
      expect(await browser.request()).toBe(susan.id);
      expect(world.alarms).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('lost answers to changes of the password raise no alarm [T13]', async () => {
  const steps = fc.array(fc.oneof(wait, restart, requests, confirm, changePassword), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const world = await remembered();
      const browser = browserWith(world, world.tokens);
      for (const step of history) await browser.take(step);
      expect(world.alarms).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('a thief who uses a remember token is noticed, or holds nothing valid [T13]', async () => {
  const step = fc.oneof(wait, restart, requests, confirm, changePassword);
  const steps = fc.array(fc.tuple(fc.constantFrom('user' as const, 'thief' as const), step), {
    maxLength: 25,
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(8), steps, async (stolenAfter, history) => {
      const world = await remembered();
      const user = browserWith(world, world.tokens);
      for (const [, each] of history.slice(0, stolenAfter)) await user.take(each);
      const thief = browserWith(world, { session: null, remember: user.tokens().remember });
      await thief.request();
      for (const [who, each] of history.slice(stolenAfter)) await (who === 'user' ? user : thief).take(each);

      for (const each of [user, thief, user, thief, user]) {
        advanceTime(10_001);
        await each.request();
      }
      const isNoticed = world.alarms.length > 0;
      expect(isNoticed || (await thief.request()) === null).toBe(true);
      if (isNoticed) expect([await user.request(), await thief.request()]).toEqual([null, null]);
    }),
    { numRuns: 500 },
  );
});
