import { AsyncLocalStorage } from 'node:async_hooks';

/** The part of Kysely's connection that is used here. */
type Connection = {
  executeQuery(query: { readonly sql: string }, options?: unknown): Promise<{ rows: unknown[] }>;
};

/** A transaction that begins with the write lock, and why it could not. */
type Immediate = { error: Error | null };

const immediate = new AsyncLocalStorage<Immediate>();

/**
 * Makes a SQLite transaction that begins within `work` take the write lock at its start. One that reads first fails with
 * SQLITE_BUSY_SNAPSHOT at its first write if another process has written in between (SQLite, "Transaction", §2.2).
 * `work` calls `requireWriteLock` within its transaction.
 */
export const beginImmediately = <T>(work: () => Promise<T>): Promise<T> =>
  immediate.run({ error: null }, work);

/** @throws the driver's SQLITE_BUSY when another process has the write lock */
export function requireWriteLock(): void {
  const error = immediate.getStore()?.error;
  if (error) throw error;
}

/**
 * Prepares a new connection to SQLite for `beginImmediately`: Kysely always sends `begin`. It also never releases a connection
 * whose `begin` fails; so a busy one begins without the lock, and `requireWriteLock` throws.
 */
export function allowImmediateTransactions(connection: Connection): void {
  const executeQuery = connection.executeQuery.bind(connection);
  connection.executeQuery = async (query, options) => {
    const attempt = immediate.getStore();
    if (query.sql !== 'begin' || !attempt) return executeQuery(query, options);
    try {
      return await executeQuery({ ...query, sql: 'begin immediate' }, options);
    } catch (error) {
      // The cast: better-sqlite3 throws its own subclass of Error.
      attempt.error = error as Error;
      return executeQuery(query, options);
    }
  };
}
