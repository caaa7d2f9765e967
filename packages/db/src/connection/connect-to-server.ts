import { explainOpenError } from '../database-error.ts';
import { mysqlOptions, postgresqlOptions } from './driver-options.ts';
import { parseServerUrl, type ServerAddress } from './server-url.ts';

/** A connection to a server without an ORM, for statements about databases. */
export type ServerConnection = {
  run(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
};

/**
 * Connects to a server.
 * @param url of the server; a database in it is ignored
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
    // Without a listener, a lost connection would end the process. The running query reports it.
    client.on('error', () => undefined);
    await client.connect();
    return {
      // The cast: pg types rows as any.
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
        // The cast: mysql2 returns an array for statements with rows.
        return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
      },
      close: () => connection.end(),
    };
  },
};
