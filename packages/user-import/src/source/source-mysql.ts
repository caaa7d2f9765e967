import { createConnection, type Connection } from 'mysql2';
import type { SourceDatabase } from './source-database.ts';
import { mysqlSql } from '@latchkey/db/sql';
import { groupByTable, fetchSize, selectStatement } from './select-statement.ts';

export async function openSourceMysql(uri: string, location: string): Promise<SourceDatabase> {
  const connection = createConnection({
    uri,
    charset: 'utf8mb4',
    // Times have no time zone, and JavaScript has no zero date.
    dateStrings: true,
    supportBigNumbers: true,
    rowsAsArray: true,
  });
  // A lost connection is reported by the query that is running.
  connection.on('error', () => undefined);
  const values = (sql: string) => all(connection, sql);
  // All queries read the same snapshot.
  await values('start transaction with consistent snapshot, read only');

  return {
    location,

    tables: async () =>
      groupByTable(
        await values(
          'select table_name, column_name from information_schema.columns where table_schema = database() order by table_name, ordinal_position',
        ),
      ),

    count: async (table) => Number((await values(`select count(*) from ${mysqlSql.name(table)}`))[0]?.[0]),

    async *rows(selection) {
      const stream = connection
        .query(selectStatement(selection, mysqlSql))
        .stream({ highWaterMark: fetchSize });
      let batch: unknown[][] = [];
      for await (const row of stream as AsyncIterable<unknown[]>) {
        batch.push(row);
        if (batch.length < fetchSize) continue;
        yield batch;
        batch = [];
      }
      yield batch;
    },

    close: () =>
      new Promise((resolve) => {
        // An error while closing does not affect the rows that were read.
        connection.end(() => resolve());
      }),
  };
}

function all(connection: Connection, sql: string): Promise<unknown[][]> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error, rows) => {
      if (error) reject(error);
      // The cast: with `rowsAsArray`, rows are arrays.
      else resolve(rows as unknown as unknown[][]);
    });
  });
}
