import type { MikroORM } from '@mikro-orm/core';

type Connection = ReturnType<MikroORM['em']['getConnection']>;

/**
 * Tracks running queries and transactions, so that closing can wait for them. A driver that is closed during a transaction
 * aborts it, and Kysely's PostgreSQL driver never releases a connection that it receives after closing, so that the pool
 * waits forever.
 * @returns a function that closes the database when it is idle; later queries are rejected
 */
export function drainOnClose(orm: MikroORM): () => Promise<void> {
  const connection = orm.em.getConnection();
  const running = createRunningWork();
  trackQueries(connection, running);
  trackTransactions(connection, running);
  return async () => {
    await running.drain();
    await orm.close();
  };
}

type RunningWork = {
  /** @throws Error after `drain` has ended */
  requireOpen(): void;
  add(work: Promise<unknown>): void;
  /** Waits until no work is running, and refuses further work. */
  drain(): Promise<void>;
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
    async drain() {
      while (running.size > 0) await Promise.allSettled(running);
      isClosed = true;
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
