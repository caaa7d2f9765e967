import type { DatabaseError } from '@latchkey/db';
import type { Log } from '@latchkey/http';

/** Logs that the database cannot be used, and why. @param details the request, if there is one */
export type OutageReporter = (outage: DatabaseError, details?: { path: string; requestId: string }) => void;

/** How long the same outage is not reported again, however many requests meet it. */
const repeatAfterMs = 60_000;

export function createOutageReporter(log: Pick<Log, 'error' | 'debug'>, now = Date.now): OutageReporter {
  const reportedAt = new Map<string, number>();
  return (outage, details) => {
    const last = reportedAt.get(outage.message) ?? -Infinity;
    const level = now() - last >= repeatAfterMs ? 'error' : 'debug';
    if (level === 'error') reportedAt.set(outage.message, now());
    log[level]({ err: outage, ...details }, 'the database cannot be used');
  };
}
