import { setTimeout } from 'node:timers/promises';
import { isConflict, isLostConnection } from '../database-error.ts';

/** After that somebody else is taken to hold on to what is asked for. */
const longestMs = 5000;
const mostTries = 100;
const longestPauseMs = 100;

/**
 * Does something again while others are in its way: a deadlock, a serialisation failure, a lock. Between two tries, other
 * things happen in this process.
 * @param attempt leaves nothing behind when it fails so
 * @param isWorthIt which errors are worth another try
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  isWorthIt: (error: unknown) => boolean = isConflict,
): Promise<T> {
  const end = Date.now() + longestMs;
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isWorthIt(error) || tries === mostTries || Date.now() >= end) throw error;
      await setTimeout(pauseMs(tries));
    }
  }
}

/** The same for what changes nothing: it can be asked again also when the connection broke off on the way. */
export const withReadRetries = <T>(attempt: () => Promise<T>): Promise<T> =>
  withRetries(attempt, (error) => isConflict(error) || isLostConnection(error));

/** Longer from try to try, and by chance, so that two who were in each other's way do not meet again. */
const pauseMs = (tries: number) => Math.random() * Math.min(longestPauseMs, 5 * 2 ** tries);
