import type { MikroORM } from '@mikro-orm/core';

/**
 * Tracks running queries and transactions, so that closing can wait for them. A driver that is closed during a transaction
 * aborts it, and Kysely's PostgreSQL driver never releases a connection that it receives after closing, so that the pool
 * waits forever.
 * @returns a function that closes the database when it is idle; later queries are rejected
 */
export function drainOnClose(orm: MikroORM): () => Promise<void> {
  const connection = orm.em.getConnection();
  const pending = new Set<Promise<unknown>>();
  const transactions = new WeakMap<object, () => void>();
  let isClosed = false;

  const track = (work: Promise<unknown>): void => {
    pending.add(work);
    const untrack = () => pending.delete(work);
    work.then(untrack, untrack);
  };
  const rejectClosed = () => Promise.reject(new Error('The database is closed.'));

  // The casts: arguments are passed on unchanged. Statements of a transaction are not tracked, because it is.
  const execute = connection.execute.bind(connection) as (...args: unknown[]) => Promise<unknown>;
  connection.execute = ((...args: unknown[]) => {
    const [, , , transaction] = args;
    if (transaction) return execute(...args);
    if (isClosed) return rejectClosed();
    const answer = execute(...args);
    track(answer);
    return answer;
  }) as typeof connection.execute;

  // The cast: MikroORM's type of a transaction is unknown.
  const begin = connection.begin.bind(connection) as (...args: unknown[]) => Promise<object>;
  connection.begin = async (options) => {
    if (options?.ctx) return begin(options);
    if (isClosed) return rejectClosed();
    const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
    track(ended);
    try {
      const transaction = await begin(options);
      transactions.set(transaction, () => {
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
    transactions.get(transaction as object)?.();
  };

  const rollback = connection.rollback.bind(connection);
  connection.rollback = async (transaction, ...rest) => {
    try {
      await rollback(transaction, ...rest);
    } finally {
      transactions.get(transaction as object)?.();
    }
  };

  return async () => {
    while (pending.size > 0) await Promise.allSettled(pending);
    isClosed = true;
    await orm.close();
  };
}
