import type { Socket } from 'node:net';
import type { Connection as MysqlConnection, Pool as MysqlPool } from 'mysql2';
import type { Pool as PostgresqlPool } from 'pg';
import type { Engine } from '../engine.ts';
import { noteSent } from './time-limit.ts';

/** The connections of a pool. */
export type ConnectionWatch = {
  /** Closes all connections at once, without waiting for the server. */
  closeAll(): void;
};

/** A connection of a pool. `close` makes the pool replace it, and fails the statements that run on it. */
type Watched = { isIdle: boolean; close: () => void };

/**
 * Watches the connections of a pool, so that a statement without an answer closes its connection: the pools would hand it out
 * again. The idle connections are closed too, since they may lead to the same dead end.
 * @param client the driver's pool (pg; mysql2 with callbacks), or better-sqlite3's `Database`
 */
export function watchConnections(engine: Engine, client: object): ConnectionWatch {
  const watched = new Set<Watched>();
  const closeIdle = () => {
    for (const connection of watched) if (connection.isIdle) connection.close();
  };
  // The casts: each engine has its own driver.
  if (engine === 'postgresql') watchPostgresql(client as PostgresqlPool, watched, closeIdle);
  if (engine === 'mysql') watchMysql(client as MysqlPool, watched, closeIdle);
  return {
    closeAll() {
      for (const connection of watched) connection.close();
    },
  };
}

function watchPostgresql(pool: PostgresqlPool, watched: Set<Watched>, closeIdle: () => void): void {
  const byClient = new WeakMap<object, Watched>();
  pool.on('connect', (client) => {
    const connection = { isIdle: false, close: () => void client.connection.stream.destroy() };
    watched.add(connection);
    byClient.set(client, connection);
    client.once('end', () => watched.delete(connection));
    noteStatements(client, 'query', connection, closeIdle);
  });
  const setIdle = (client: object, isIdle: boolean) => {
    const connection = byClient.get(client);
    if (connection) connection.isIdle = isIdle;
  };
  pool.on('acquire', (client) => {
    setIdle(client, false);
  });
  pool.on('release', (_error, client) => {
    setIdle(client, true);
  });
}

function watchMysql(pool: MysqlPool, watched: Set<Watched>, closeIdle: () => void): void {
  const byConnection = new WeakMap<object, Watched>();
  // The cast: mysql2 does not type the socket of a connection.
  pool.on('connection', (found: MysqlConnection & { stream?: Socket }) => {
    const close = () => void found.stream?.destroy(connectionLost());
    const connection = { isIdle: false, close };
    watched.add(connection);
    byConnection.set(found, connection);
    found.stream?.once('close', () => watched.delete(connection));
    noteStatements(found, 'query', connection, closeIdle);
    noteStatements(found, 'execute', connection, closeIdle);
  });
  const setIdle = (found: object, isIdle: boolean) => {
    const connection = byConnection.get(found);
    if (connection) connection.isIdle = isIdle;
  };
  pool.on('acquire', (found) => {
    setIdle(found, false);
  });
  pool.on('release', (found) => {
    setIdle(found, true);
  });
}

/** An error as mysql2 reports it for a connection that the server has closed. */
const connectionLost = () =>
  Object.assign(new Error('The connection was closed: no answer in time.'), {
    code: 'PROTOCOL_CONNECTION_LOST',
  });

/** Makes a method that sends a statement note that it does. */
function noteStatements<M extends string>(
  client: Record<M, unknown>,
  method: M,
  { close }: Watched,
  closeIdle: () => void,
): void {
  // The cast: arguments and results are passed on unchanged.
  const send = client[method] as (...args: unknown[]) => unknown;
  const noted = function (this: unknown, ...args: unknown[]) {
    noteSent(() => {
      close();
      closeIdle();
    });
    return send.apply(this, args);
  };
  Object.assign(client, { [method]: noted });
}
