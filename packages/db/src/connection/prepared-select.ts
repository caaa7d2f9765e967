import Sqlite from 'better-sqlite3';
import type { Pool as MysqlPool } from 'mysql2/promise';
import type { Pool as PostgresqlPool, QueryArrayConfig } from 'pg';
import { isLostConnection } from '../database-error.ts';
import { driverCode } from './driver-codes.ts';
import type { Engine } from '../engine.ts';

/** A row as the driver reads it, its values in the order of the selected columns. */
export type RawRow = readonly unknown[];

/** Runs a prepared SELECT. It reads committed data only, also while a transaction is open in this process. */
export type PreparedSelect = (...values: readonly string[]) => Promise<readonly RawRow[]>;

/** Prepares SELECT statements on the driver, for queries of every request. */
export type SelectPreparer = {
  /** @param sql with `?` for each value */
  prepare(sql: string): PreparedSelect;
  close(): void;
};

/**
 * SQLite: uses a separate connection, so that it never reads within the transaction of another request. A database in
 * memory has only one connection.
 * @param path of the file, or `:memory:`
 * @param main the connection of the ORM
 */
export function sqlitePreparer(path: string, main: Sqlite.Database): SelectPreparer {
  let reader: Sqlite.Database | undefined;
  const open = () => {
    if (path === ':memory:') return main;
    reader ??= new Sqlite(path, { readonly: true, fileMustExist: true, timeout: 0 });
    return reader;
  };
  return {
    prepare(sql) {
      let statement: Sqlite.Statement | undefined;
      return (...values) =>
        new Promise((resolve) => {
          statement ??= open().prepare(sql).raw();
          // The cast: `raw()` makes arrays of the rows.
          resolve(statement.all(...values) as RawRow[]);
        });
    },
    close: () => reader?.close(),
  };
}

/**
 * PostgreSQL: uses a named statement, which each connection prepares once. With a connection pooler in transaction mode,
 * named statements can be missing (PgBouncer before 1.21); then it switches to unnamed statements.
 */
export function postgresqlPreparer(pool: PostgresqlPool): SelectPreparer {
  let count = 0;
  let canBeNamed = true;
  return {
    prepare(sql) {
      let number = 0;
      const text = sql.replaceAll('?', () => `$${++number}`);
      const name = `select_${++count}`;
      return async (...values) => {
        const query = { text, values: [...values], rowMode: 'array' as const };
        if (!canBeNamed) return runPostgresql(pool, query);
        try {
          return await runPostgresql(pool, { ...query, name });
        } catch (error) {
          if (!lostStatement.includes(driverCode(error))) throw error;
          canBeNamed = false;
          return runPostgresql(pool, query);
        }
      };
    },
    close: () => undefined,
  };
}

/** Like `pool.query`, whose callbacks lose the async context, and with it the time limit. */
async function runPostgresql(pool: PostgresqlPool, query: QueryArrayConfig): Promise<RawRow[]> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<unknown[]>(query);
    client.release();
    return rows;
  } catch (error) {
    client.release(isLostConnection(error));
    throw error;
  }
}

/** invalid_sql_statement_name, duplicate_prepared_statement (PostgreSQL, appendix A). */
const lostStatement = ['26000', '42P05'];

/** MySQL and MariaDB: `execute` prepares a statement once per connection. */
export function mysqlPreparer(pool: MysqlPool): SelectPreparer {
  return {
    prepare:
      (sql) =>
      async (...values) => {
        const connection = await pool.getConnection();
        try {
          const [rows] = await connection.execute({ sql, rowsAsArray: true }, [...values]);
          // The cast: `rowsAsArray` makes arrays of the rows.
          return rows as unknown as RawRow[];
        } finally {
          connection.release();
        }
      },
    close: () => undefined,
  };
}

/** Returns the preparer for an engine. @param client better-sqlite3's `Database`, or the driver's pool */
export function selectPreparer(engine: Engine, location: string, client: object): SelectPreparer {
  // The casts: each engine has its own driver.
  switch (engine) {
    case 'sqlite':
      return sqlitePreparer(location, client as Sqlite.Database);
    case 'postgresql':
      return postgresqlPreparer(client as PostgresqlPool);
    case 'mysql':
      return mysqlPreparer(client as MysqlPool);
  }
}
