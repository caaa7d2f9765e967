import { passwordProblem, type PasswordCheck, type Passwords } from '@latchkey/auth';

/** What a request may do with passwords: one hash at a time, and none after its client has closed the connection. */
export type RequestPasswords = {
  /** @throws BusyError */
  hash(password: string): Promise<string>;
  /** @throws BusyError */
  check(hash: string | null, password: string): Promise<PasswordCheck>;
  /** Checks a new password against the policy. @see passwordProblem */
  problemOf(password: string, context: readonly string[], minLength: number): Promise<string | null>;
};

/**
 * The latest time after the begin of a request for a hash to begin. Less than the ten seconds after which a server that is
 * stopped closes its connections.
 */
const maxWaitMs = 8_000;

/** For the strength of all new passwords of a request. A batch may contain several, and some take seconds on purpose. */
const maxEstimateMs = 2_000;

/** @param signal aborted when the client has closed its connection */
export function createRequestPasswords(passwords: Passwords, signal: AbortSignal): RequestPasswords {
  const limits = { signal, startBy: performance.now() + maxWaitMs };
  const budget = { remainingMs: maxEstimateMs };
  let last: Promise<unknown> = Promise.resolve();
  const afterTheLast = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };

  return {
    hash: (password) => afterTheLast(() => passwords.hash(password, limits)),
    check: (hash, password) => afterTheLast(() => passwords.check(hash, password, limits)),
    problemOf: (password, context, minLength) =>
      passwordProblem(password, context, minLength, { ...limits, budget }),
  };
}
