import { describe, expect, test } from 'vitest';
import { hashingConcurrency } from './hashing-queue.ts';
import { passwordProblem } from './password-policy.ts';
import { readStrength } from './password-strength.ts';

/** Each takes about a second of zxcvbn with its default settings. */
const slow = ['4@8(3€6#1!|0$5+7%2zx'.repeat(2), '@'.repeat(40), '41l414l14l'.repeat(4)];

describe('the estimate of the strength', () => {
  test.each(slow)('of %j leaves the main thread free', async (password) => {
    const turns = countTurns();
    await readStrength(password, []);
    expect(turns.stop()).toBeGreaterThan(10);
  });

  test('of a long password and long words is that of their first and last characters', async () => {
    const long = `${'correct horse battery staple '.repeat(4)}${'x'.repeat(200_000)}`;
    expect(await readStrength(long, ['y'.repeat(200_000)])).toBe('strong');
  });

  test('is unknown when the time of a request is used up, and the password is refused', async () => {
    const budget = { remainingMs: 0 };
    const password = 'correct horse battery staple';
    expect(await readStrength(password, [], { budget })).toBe('unknown');
    expect(await passwordProblem(password, [], 15, { budget })).toContain('takes too long to check');
  });

  test('takes from the time of its request', async () => {
    const budget = { remainingMs: 60_000 };
    await readStrength('correct horse battery staple', [], { budget });
    expect(budget.remainingMs).toBeLessThan(60_000);
  });

  test('is refused where too many wait', async () => {
    const limits = { startBy: performance.now() + 60_000 };
    const estimates = Array.from({ length: 40 }, () => readStrength('plum tram vogue', [], limits));
    const outcomes = await Promise.allSettled(estimates);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(19);
    expect(refused[0]).toMatchObject({ reason: { reason: 'busy' } });
  });
});

/** Counts the turns of the event loop. */
function countTurns(): { stop: () => number } {
  let count = 0;
  let next = setImmediate(function again() {
    count += 1;
    next = setImmediate(again);
  });
  return {
    stop() {
      clearImmediate(next);
      return count;
    },
  };
}

test.each([
  [1, 4, 1],
  [2, 4, 1],
  [3, 4, 2],
  [16, 4, 3],
  [16, 64, 15],
  [2, 1, 1],
])(
  'with %i processors and %i threads, %i passwords are hashed at the same time',
  (processors, threads, expected) => {
    expect(hashingConcurrency(processors, threads)).toBe(expected);
  },
);
