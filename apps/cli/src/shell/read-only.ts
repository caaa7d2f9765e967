import type { Database } from '@latchkey/db';

/**
 * Makes the engine refuse every write. SQLite has one connection, which is set to read-only. Servers have a pool:
 * PostgreSQL's is opened again with a setting for every connection; each of MySQL's is set when it is first acquired.
 */
export async function makeReadOnly(database: Database): Promise<void> {
  const { engine, orm } = database;
  switch (engine) {
    case 'sqlite':
      await orm.em.getConnection().execute('pragma query_only = on');
      return;
    case 'postgresql': {
      const driverOptions = orm.config.get('driverOptions');
      await orm.reconnect({ driverOptions: { ...driverOptions, options: optionsOf(driverOptions) } });
      return;
    }
    case 'mysql': {
      // The cast: mysql2's pool, whose connections run statements in the order of the calls.
      const pool = (await database.nativeClient()) as MysqlPool;
      const prepared = new WeakSet();
      pool.on('acquire', (connection) => {
        if (prepared.has(connection)) return;
        prepared.add(connection);
        connection.query('set session transaction read only');
      });
    }
  }
}

type MysqlPool = {
  on(event: 'acquire', listener: (connection: { query(sql: string): unknown }) => void): void;
};

/** Options that are already set are kept. */
function optionsOf(driverOptions: object): string {
  const set =
    'options' in driverOptions && typeof driverOptions.options === 'string' ? driverOptions.options : '';
  return `${set} -c default_transaction_read_only=on`.trim();
}
