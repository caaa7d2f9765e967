import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import type { MikroORM } from '@mikro-orm/core';
import { driverProblem } from './driver-codes.ts';

/** How long closing waits for a server to confirm that its connections are closed. */
const maxCloseMs = 500;

type Connection = ReturnType<MikroORM['em']['getConnection']>;

/**
 * Tracks running queries and transactions, so that closing can wait for them. A driver that is closed during a transaction
 * aborts it, and Kysely's PostgreSQL driver never releases a connection that it receives after closing, so that the pool
 * waits forever.
 * @param options `closeAll` closes the connections without waiting for the server; `withinMs` is how long to wait for running work,
 * or null to wait until it ends
 * @returns a function that closes the database when it is idle; later queries are rejected
 */
export function drainOnClose(
  orm: MikroORM,
  { closeAll, withinMs }: { closeAll: () => void; withinMs: number | null },
): () => Promise<void> {
  const connection = orm.em.getConnection();
  const running = createRunningWork();
  trackQueries(connection, running);
  trackTransactions(connection, running);
  return async () => {
    const isIdle = await running.drain(withinMs);
    // A server that does not answer must keep neither the caller nor the process waiting.
    await Promise.race([orm.close().catch(ignoreMissingConnection), wait(maxCloseMs)]);
    setTimeout(closeAll, isIdle ? maxCloseMs : 0).unref();
  };
}

type RunningWork = {
  /** @throws Error after `drain` has ended */
  requireOpen(): void;
  add(work: Promise<unknown>): void;
  /**
   * Waits until no work is running, and refuses further work.
   * @param withinMs how long to wait; null to wait until it ends
   * @returns whether no work is running
   */
  drain(withinMs: number | null): Promise<boolean>;
};

function createRunningWork(): RunningWork {
  const running = new Set<Promise<unknown>>();
  let isClosed = false;
  return {
    requireOpen() {
      if (isClosed) throw new Error('The database is closed.');
    },
    add(work) {
      running.add(work);
      const remove = () => running.delete(work);
      work.then(remove, remove);
    },
    async drain(withinMs) {
      const idle = (async () => {
        while (running.size > 0) await Promise.allSettled(running);
      })();
      await (withinMs === null ? idle : Promise.race([idle, wait(withinMs)]));
      isClosed = true;
      return running.size === 0;
    },
  };
}

/** Tracks statements outside transactions. */
function trackQueries(connection: Connection, running: RunningWork): void {
  // The casts: arguments are passed on unchanged.
  const execute = connection.execute.bind(connection) as (...args: unknown[]) => Promise<unknown>;
  connection.execute = (async (...args: unknown[]) => {
    const [, , , transaction] = args;
    if (transaction) return execute(...args);
    running.requireOpen();
    const answer = execute(...args);
    running.add(answer);
    return answer;
  }) as typeof connection.execute;
}

/** Tracks transactions from their beginning until they are committed or rolled back. */
function trackTransactions(connection: Connection, running: RunningWork): void {
  const endings = new WeakMap<object, () => void>();

  // The cast: MikroORM's type of a transaction is unknown.
  const begin = connection.begin.bind(connection) as (...args: unknown[]) => Promise<object>;
  connection.begin = async (options) => {
    if (options?.ctx) return begin(options);
    running.requireOpen();
    const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
    running.add(ended);
    try {
      const transaction = await begin(options);
      endings.set(transaction, () => {
        end(undefined);
      });
      return transaction;
    } catch (error) {
      end(undefined);
      throw error;
    }
  };

  const commit = connection.commit.bind(connection);
  connection.commit = async (transaction, ...rest) => {
    await commit(transaction, ...rest);
    endings.get(transaction as object)?.();
  };

  const rollback = connection.rollback.bind(connection);
  connection.rollback = async (transaction, ...rest) => {
    try {
      await rollback(transaction, ...rest);
    } finally {
      endings.get(transaction as object)?.();
    }
  };
}

/** A connection that is lost, or was still being opened, needs no closing. */
function ignoreMissingConnection(error: unknown): void {
  const problem = driverProblem(error);
  if (problem !== 'connectionLost' && problem !== 'unreachable') throw error;
}

/** The timer does not keep the process running, but the connections do. */
const wait = (ms: number) => setTimeoutPromise(ms, undefined, { ref: false });
