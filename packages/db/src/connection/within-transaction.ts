import { UniqueConstraintViolationException, type EntityManager } from '@mikro-orm/core';
import type { Database } from '../database.ts';

/** A database whose stores, statements and transactions are parts of an open transaction. */
export function withinTransaction(database: Database, em: EntityManager): Database {
  const fork = () => em.fork({ keepTransactionContext: true });
  const bound: Database = {
    ...database,
    em: fork,
    async transactional(work) {
      const own = fork();
      const result = await work(own);
      await own.flush();
      return result;
    },
    inTransaction: (work) => work(bound),
    execute: (sql, values) => em.getConnection().execute(sql, [...values], 'all', em.getTransactionContext()),
    prepareSelect() {
      throw new Error('A prepared SELECT runs on a connection of its own, outside of this transaction.');
    },
  };
  return bound;
}

/** Repeats a transaction once in which a unique value was taken: it then finds the other row. */
export async function repeatWhenTaken<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) return attempt();
    throw error;
  }
}
