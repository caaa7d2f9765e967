import { isLostConnection } from '../database-error.ts';

/** The part of Kysely's connection that is used here. */
type Connection = {
  executeQuery(query: { readonly sql: string }, options?: unknown): Promise<{ rows: unknown[] }>;
};

const noRows = { rows: [] };

/**
 * Makes Kysely release connections whose `begin` or `rollback` fails, which it would otherwise keep: the pool of a server
 * would run out of connections, and SQLite has only one. Ignoring these errors is safe. When the connection is lost, the
 * server has rolled back, and a new transaction fails at its first statement. SQLite rolls back by itself when the disk
 * is full.
 */
export function releaseBrokenConnections(kyselyConnection: unknown): Promise<void> {
  // The cast: MikroORM does not type the connection of Kysely.
  const connection = kyselyConnection as Connection;
  const executeQuery = connection.executeQuery.bind(connection);
  connection.executeQuery = (query, options) => {
    const done = executeQuery(query, options);
    if (query.sql !== 'rollback' && query.sql !== 'begin') return done;
    return done.catch((error: unknown) => {
      if (isLostConnection(error)) return noRows;
      if (query.sql === 'rollback' && isRolledBackAlready(error)) return noRows;
      throw error;
    });
  };
  return Promise.resolve();
}

const isRolledBackAlready = (error: unknown) =>
  error instanceof Error && error.message === 'cannot rollback - no transaction is active';
