import type { MikroORM } from '@mikro-orm/core';
import type { Engine } from '../engine.ts';
import { DatabaseError, isLostConnection } from '../database-error.ts';
import type { FileWatch } from './sqlite-file-watch.ts';
import { isAbandoned, noteWrite, NoAnswerError, withTimeLimit } from './time-limit.ts';

/** What a rollback gets when its request has no time left. It releases the connection. */
const minRollbackMs = 1000;

export type StatementLimits = {
  engine: Engine;
  /** For messages. */
  location: string;
  /** For each statement, in milliseconds; null for no limit other than that of a request. */
  ms: number | null;
  /** Called with the error of each statement. */
  onError: (error: unknown) => void;
};

/**
 * Gives every statement a time limit, and reports a change whose outcome is unknown: the connection was lost, or no answer came,
 * after a commit or a statement without a transaction was sent.
 */
export function limitStatements(orm: MikroORM, { engine, location, ms, onError }: StatementLimits): void {
  const connection = orm.em.getConnection();
  const rethrow = (error: unknown): never => {
    onError(error);
    throw error;
  };

  // The casts: arguments are passed on unchanged.
  const execute = connection.execute.bind(connection) as (...args: unknown[]) => Promise<unknown>;
  connection.execute = ((...args: unknown[]) => {
    const [sql, , , transaction] = args;
    const attempt = () => withTimeLimit({ ms }, () => execute(...args)).catch(rethrow);
    if (transaction || (typeof sql === 'string' && isSelect(sql))) return attempt();
    return asChange(attempt, location);
  }) as typeof connection.execute;

  // The cast: MikroORM's type of a transaction is unknown.
  const begin = connection.begin.bind(connection) as (...args: unknown[]) => Promise<object>;
  connection.begin = (options) =>
    withTimeLimit({ ms }, async () => {
      const transaction = await begin(options);
      if (!isAbandoned()) return transaction;
      // The caller has stopped waiting for the transaction, so its connection is released here.
      await connection.rollback(transaction as never).catch(() => undefined);
      throw new NoAnswerError({ wasSent: false });
    });

  const commit = connection.commit.bind(connection);
  connection.commit = (...args) =>
    asChange(() => withTimeLimit({ ms }, () => commit(...args)).catch(rethrow), location);

  const rollback = connection.rollback.bind(connection);
  // SQLite has one connection, which must be released in any case. It answers at once.
  if (engine !== 'sqlite') {
    connection.rollback = (...args) => withTimeLimit({ ms, minMs: minRollbackMs }, () => rollback(...args));
  }
}

export const isSelect = (sql: string): boolean => /^\s*select\b/i.test(sql);

/** The part of Kysely's connection that is used here. */
type Connection = {
  executeQuery(query: { readonly sql: string }, options?: unknown): Promise<{ rows: unknown[] }>;
};

/**
 * Makes the connection of SQLite refuse statements while its file is not in its place. `begin` is not refused, because Kysely never
 * releases a connection whose `begin` fails.
 */
export function refuseMovedFile(connection: Connection, files: FileWatch): void {
  const executeQuery = connection.executeQuery.bind(connection);
  connection.executeQuery = async (query, options) => {
    if (isSelect(query.sql)) files.checkForRead();
    else if (!/^(?:begin|rollback)\b/i.test(query.sql)) files.check();
    return executeQuery(query, options);
  };
}

/**
 * Makes a new connection refuse statements that had no time left when it was their turn. A refused `begin` reports success, because
 * Kysely never releases a connection whose `begin` fails; the transaction is then rolled back.
 */
export function refuseAbandoned(connection: Connection): void {
  const executeQuery = connection.executeQuery.bind(connection);
  connection.executeQuery = async (query, options) => {
    if (!isAbandoned()) return executeQuery(query, options);
    if (/^(?:begin|start transaction)\b/.test(query.sql)) return { rows: [] };
    throw new NoAnswerError({ wasSent: false });
  };
}

/** Runs a change. @throws DatabaseError `outcome_unknown` */
async function asChange<T>(work: () => Promise<T>, location: string): Promise<T> {
  try {
    const result = await work();
    noteWrite();
    return result;
  } catch (error) {
    if (!isLostConnection(error) && !(error instanceof NoAnswerError && error.wasSent)) throw error;
    throw new DatabaseError(
      'outcome_unknown',
      `${location} gave no answer to a change, which may have been made. Nothing was repeated.`,
      { cause: error },
    );
  }
}
