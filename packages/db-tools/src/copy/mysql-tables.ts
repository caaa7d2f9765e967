import type { Pool, PoolConnection, RowDataPacket, TypeCast } from 'mysql2/promise';
import type { Database } from '@latchkey/db';
import { mysqlSql } from '@latchkey/db/sql';
import { readPages, pageQuery, toDriverKey } from './pages.ts';
import type { TableReader, TableWriter } from './table-access.ts';

const { name } = mysqlSql;

/** Reads a snapshot in a transaction of isolation level REPEATABLE READ. */
export async function readMysql(database: Database): Promise<TableReader> {
  const connection = await acquireConnection(database);
  const values = async (sql: string, parameters: unknown[] = [], bytes: readonly string[] = []) => {
    const typeCast: TypeCast = (field) => (bytes.includes(field.name) ? field.buffer() : field.string());
    const [rows] = await connection.query<RowDataPacket[]>({
      sql,
      values: parameters,
      rowsAsArray: true,
      typeCast,
    });
    // The cast: `rowsAsArray` returns rows as arrays.
    return rows as unknown as unknown[][];
  };
  await configure(connection, [
    'set session transaction isolation level repeatable read',
    'start transaction with consistent snapshot, read only',
  ]);

  return {
    count: async (table) => Number((await values(`select count(*) from ${name(table.name)}`))[0]?.[0]),

    pages: (table, after = null) => {
      const bytes = table.columns.filter(({ kind }) => kind === 'bytes').map((column) => column.name);
      return readPages(table, after, (last, limit) =>
        values(
          pageQuery(table, last !== null, limit, { name, placeholder: () => '?' }),
          last ? toDriverKey(table, last) : [],
          bytes,
        ),
      );
    },

    close: () => releaseConnection(connection, 'rollback'),
  };
}

/** Writes in transactions on one connection, with foreign key checks off. */
export async function writeMysql(database: Database): Promise<TableWriter> {
  const connection = await acquireConnection(database);
  await configure(connection, ['set session foreign_key_checks = 0']);

  return {
    async insert(table, rows, statements = []) {
      const columns = table.columns.map((column) => name(column.name)).join();
      await connection.beginTransaction();
      try {
        if (rows.length > 0) {
          await connection.query(`insert into ${name(table.name)} (${columns}) values ?`, [
            rows.map((row) => table.columns.map((column, index) => column.write(row[index] ?? null))),
          ]);
        }
        for (const { sql, values } of statements) await connection.query(sql, [...values]);
        await connection.commit();
      } catch (error) {
        await connection.rollback().catch(() => undefined);
        throw error;
      }
    },

    // InnoDB continues after the largest key.
    finish: async () => undefined,

    close: () => releaseConnection(connection, 'set session foreign_key_checks = 1'),
  };
}

async function acquireConnection(database: Database): Promise<PoolConnection> {
  // The cast: on MySQL, the native client is mysql2's pool with promises.
  const connection = await ((await database.nativeClient()) as Pool).getConnection();
  await configure(connection, ["set session time_zone = '+00:00'"]);
  return connection;
}

/** Runs statements on a new connection, and closes it when one fails. */
async function configure(connection: PoolConnection, statements: readonly string[]): Promise<void> {
  try {
    for (const sql of statements) await connection.query(sql);
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** Runs a statement that resets the connection, and releases it. Closes a connection that no longer works. */
async function releaseConnection(connection: PoolConnection, resetSql: string): Promise<void> {
  await connection.query(resetSql).then(
    () => connection.release(),
    () => connection.destroy(),
  );
}
