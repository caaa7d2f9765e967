import { isLostConnection } from '../database-error.ts';

/** What Kysely asks of a driver's connection, as far as it matters here. */
type Connection = {
  executeQuery(query: { readonly sql: string }, options?: unknown): Promise<{ rows: unknown[] }>;
};

const nothing = { rows: [] };

/**
 * Kysely keeps a connection for ever whose `begin` or `rollback` fails: on a server, after some cut connections, the pool is
 * empty; on SQLite, nobody gets the one connection again. But where a connection has ended the server has rolled back,
 * and what begins there ends at its first statement. SQLite rolls back by itself when the disk is full.
 */
export function releaseBrokenConnections(given: unknown): Promise<void> {
  // The cast: what Kysely gives to the hook for new connections.
  const connection = given as Connection;
  const executeQuery = connection.executeQuery.bind(connection);
  connection.executeQuery = (query, options) => {
    const done = executeQuery(query, options);
    if (query.sql !== 'rollback' && query.sql !== 'begin') return done;
    return done.catch((error: unknown) => {
      if (isLostConnection(error)) return nothing;
      if (query.sql === 'rollback' && isRolledBackAlready(error)) return nothing;
      throw error;
    });
  };
  return Promise.resolve();
}

const isRolledBackAlready = (error: unknown) =>
  error instanceof Error && error.message === 'cannot rollback - no transaction is active';
