import { explainOpenError } from '../database-error.ts';
import { mysqlOptions, postgresqlOptions } from './driver-options.ts';
import { parseServerUrl, type ServerAddress } from './server-url.ts';

/** One connection to a server, without an ORM: for what is about databases and not within one. */
export type ServerConnection = {
  run(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
};

/**
 * @param url of a server; a database that it names is left aside
 * @throws DatabaseError as `openDatabase` does
 */
export async function connectToServer(url: string): Promise<ServerConnection> {
  const address = parseServerUrl(url);
  try {
    return await connect[address.engine](address);
  } catch (error) {
    throw explainOpenError(error, address.location);
  }
}

const connect = {
  async postgresql(address: ServerAddress): Promise<ServerConnection> {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ ...postgresqlOptions({ ...address, database: 'postgres' }) });
    // What breaks off is told by the question under way.
    client.on('error', () => undefined);
    await client.connect();
    return {
      // The cast: pg's own type of a row, which is any.
      run: async (sql) => (await client.query(sql)).rows as Record<string, unknown>[],
      close: () => client.end(),
    };
  },

  async mysql(address: ServerAddress): Promise<ServerConnection> {
    const { createConnection } = await import('mysql2/promise');
    const connection = await createConnection({ ...mysqlOptions({ ...address, database: '' }) });
    connection.on('error', () => undefined);
    return {
      async run(sql) {
        const [rows] = await connection.query(sql);
        // The cast: a statement without rows has something else.
        return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
      },
      close: () => connection.end(),
    };
  },
};
