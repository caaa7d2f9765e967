import type { MikroORM } from '@mikro-orm/core';
import type { Engine } from '../engine.ts';
import { DatabaseError, isLostConnection } from '../database-error.ts';
import { isAbandoned, noteWrite, NoAnswerError, withTimeLimit } from './time-limit.ts';

/** What a rollback gets when its request has no time left. It releases the connection. */
const minRollbackMs = 1000;

/**
 * Gives every statement a time limit, and reports a change whose outcome is unknown: the connection was lost, or no answer came,
 * after a commit or a statement without a transaction was sent.
 * @param ms for each statement; null for no limit other than that of a request
 */
export function limitStatements(
  orm: MikroORM,
  { engine, location, ms }: { engine: Engine; location: string; ms: number | null },
): void {
  const connection = orm.em.getConnection();

  // The casts: arguments are passed on unchanged.
  const execute = connection.execute.bind(connection) as (...args: unknown[]) => Promise<unknown>;
  connection.execute = ((...args: unknown[]) => {
    const [sql, , , transaction] = args;
    const attempt = () => withTimeLimit({ ms }, () => execute(...args));
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
  connection.commit = (...args) => asChange(() => withTimeLimit({ ms }, () => commit(...args)), location);

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
