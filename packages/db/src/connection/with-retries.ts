import { setTimeout } from 'node:timers/promises';
import { isConflict, isLostConnection } from '../database-error.ts';
import { isAbandoned } from './time-limit.ts';

const maxDurationMs = 5000;
const maxAttempts = 100;
const maxDelayMs = 100;

/**
 * Repeats an attempt that fails because of a deadlock, a serialization failure or a lock. Does not block the process
 * between attempts.
 * @param attempt has no effects when it fails with a retryable error
 * @param isRetryable whether to try again after an error
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  isRetryable: (error: unknown) => boolean = isConflict,
): Promise<T> {
  const end = Date.now() + maxDurationMs;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRetryable(error) || isAbandoned()) throw error;
      if (attempts === maxAttempts || Date.now() >= end) throw error;
      await setTimeout(delayMs(attempts));
    }
  }
}

/** The same for reads, which can also be repeated after a lost connection. */
export const withReadRetries = <T>(attempt: () => Promise<T>): Promise<T> =>
  withRetries(attempt, (error) => isConflict(error) || isLostConnection(error));

/** Exponential backoff with random delays, so that conflicting transactions do not collide again. */
const delayMs = (attempts: number) => Math.random() * Math.min(maxDelayMs, 5 * 2 ** attempts);
