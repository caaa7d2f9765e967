import { createConnection, type Connection } from 'mysql2';
import type { SourceDatabase } from './source-database.ts';
import { mysqlSql } from '@latchkey/db/sql';
import { byTable, fetchSize, selectRows } from './select-rows.ts';

export async function openSourceMysql(uri: string, place: string): Promise<SourceDatabase> {
  const connection = createConnection({
    uri,
    charset: 'utf8mb4',
    // Times have no zone, and zero dates are none of JavaScript's.
    dateStrings: true,
    supportBigNumbers: true,
    rowsAsArray: true,
  });
  // What breaks off is told by the question under way.
  connection.on('error', () => undefined);
  const values = (sql: string) => all(connection, sql);
  // One state of the data from the first question to the last row.
  await values('start transaction with consistent snapshot, read only');

  return {
    place,

    tables: async () =>
      byTable(
        await values(
          'select table_name, column_name from information_schema.columns where table_schema = database() order by table_name, ordinal_position',
        ),
      ),

    count: async (table) => Number((await values(`select count(*) from ${mysqlSql.name(table)}`))[0]?.[0]),

    async *rows(rows) {
      const stream = connection.query(selectRows(rows, mysqlSql)).stream({ highWaterMark: fetchSize });
      let ready: unknown[][] = [];
      for await (const row of stream as AsyncIterable<unknown[]>) {
        ready.push(row);
        if (ready.length < fetchSize) continue;
        yield ready;
        ready = [];
      }
      yield ready;
    },

    close: () =>
      new Promise((resolve) => {
        // An error while saying goodbye changes nothing of what was read.
        connection.end(() => resolve());
      }),
  };
}

function all(connection: Connection, sql: string): Promise<unknown[][]> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error, rows) => {
      if (error) reject(error);
      // The cast: `rowsAsArray` makes arrays of rows.
      else resolve(rows as unknown as unknown[][]);
    });
  });
}
