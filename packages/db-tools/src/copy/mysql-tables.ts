import type { Pool, PoolConnection, RowDataPacket, TypeCast } from 'mysql2/promise';
import type { Database } from '@latchkey/db';
import { mysqlSql } from '@latchkey/db/sql';
import { pagesOf, selectPage, storedKey } from './pages.ts';
import type { TableReader, TableWriter } from './table-access.ts';

const { name } = mysqlSql;

export async function readMysql(database: Database): Promise<TableReader> {
  const connection = await connectionOf(database);
  const values = async (sql: string, parameters: unknown[] = [], bytes: readonly string[] = []) => {
    const typeCast: TypeCast = (field) => (bytes.includes(field.name) ? field.buffer() : field.string());
    const [rows] = await connection.query<RowDataPacket[]>({
      sql,
      values: parameters,
      rowsAsArray: true,
      typeCast,
    });
    // The cast: `rowsAsArray` makes arrays of rows.
    return rows as unknown as unknown[][];
  };
  await opening(connection, [
    'set session transaction isolation level repeatable read',
    'start transaction with consistent snapshot, read only',
  ]);

  return {
    count: async (table) => Number((await values(`select count(*) from ${name(table.name)}`))[0]?.[0]),

    pages: (table, after = null) => {
      const bytes = table.columns.filter(({ kind }) => kind === 'bytes').map((column) => column.name);
      return pagesOf(table, after, (last, limit) =>
        values(
          selectPage(table, last !== null, limit, { name, placeholder: () => '?' }),
          last ? storedKey(table, last) : [],
          bytes,
        ),
      );
    },

    close: () => giveBack(connection, 'rollback'),
  };
}

export async function writeMysql(database: Database): Promise<TableWriter> {
  const connection = await connectionOf(database);
  await opening(connection, ['set session foreign_key_checks = 0']);

  return {
    async insert(table, rows, notes = []) {
      const columns = table.columns.map((column) => name(column.name)).join();
      await connection.beginTransaction();
      try {
        if (rows.length > 0) {
          await connection.query(`insert into ${name(table.name)} (${columns}) values ?`, [
            rows.map((row) => table.columns.map((column, index) => column.write(row[index] ?? null))),
          ]);
        }
        for (const { sql, values } of notes) await connection.query(sql, [...values]);
        await connection.commit();
      } catch (error) {
        await connection.rollback().catch(() => undefined);
        throw error;
      }
    },

    // InnoDB counts on from the largest key that there is.
    finish: async () => undefined,

    close: () => giveBack(connection, 'set session foreign_key_checks = 1'),
  };
}

async function connectionOf(database: Database): Promise<PoolConnection> {
  // The cast: MikroORM's client of MySQL is mysql2's pool, in its form of promises.
  const connection = await ((await database.nativeClient()) as Pool).getConnection();
  await opening(connection, ["set session time_zone = '+00:00'"]);
  return connection;
}

/** Runs what comes first on a connection, which is not kept where that fails. */
async function opening(connection: PoolConnection, statements: readonly string[]): Promise<void> {
  try {
    for (const sql of statements) await connection.query(sql);
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** Undoes what was special of a connection. One that cannot be asked for that any more is thrown away. */
async function giveBack(connection: PoolConnection, undo: string): Promise<void> {
  await connection.query(undo).then(
    () => connection.release(),
    () => connection.destroy(),
  );
}
