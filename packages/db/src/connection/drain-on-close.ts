import type { MikroORM } from '@mikro-orm/core';

/**
 * Notes what is being asked, so that a database is closed behind it. A driver that is told to close in the middle of a
 * transaction breaks it off, and Kysely's for PostgreSQL forgets a connection that comes after that, for which the pool waits
 * for ever.
 * @returns what closes, once everything that was begun before has its end; what comes after that is refused
 */
export function closeWhenIdle(orm: MikroORM): () => Promise<void> {
  const connection = orm.em.getConnection();
  const underWay = new Set<Promise<unknown>>();
  const transactions = new WeakMap<object, () => void>();
  let isClosed = false;

  const note = (work: Promise<unknown>): void => {
    underWay.add(work);
    const forget = () => underWay.delete(work);
    work.then(forget, forget);
  };
  const refused = () => Promise.reject(new Error('The database is closed.'));

  // The cast: what it is given is passed on as it is. What is part of a transaction has its connection already.
  const execute = connection.execute.bind(connection) as (...given: unknown[]) => Promise<unknown>;
  connection.execute = ((...given: unknown[]) => {
    const [, , , transaction] = given;
    if (transaction) return execute(...given);
    if (isClosed) return refused();
    const answer = execute(...given);
    note(answer);
    return answer;
  }) as typeof connection.execute;

  // The cast: MikroORM says nothing of what a transaction is.
  const begin = connection.begin.bind(connection) as (...given: unknown[]) => Promise<object>;
  connection.begin = async (options) => {
    if (options?.ctx) return begin(options);
    if (isClosed) return refused();
    const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
    note(ended);
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
    while (underWay.size > 0) await Promise.allSettled(underWay);
    isClosed = true;
    await orm.close();
  };
}
