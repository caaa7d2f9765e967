import type { Database } from '@latchkey/db';

/**
 * Has the engine itself refuse every write, by its own means. SQLite has one connection, which is told. Servers have a pool
 * of them: PostgreSQL's is made anew, with a setting that each connection begins with; MySQL's tells each connection before
 * somebody gets it for the first time.
 */
export async function onlyRead(database: Database): Promise<void> {
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
      // The cast: mysql2's pool, of which this event is used; a connection takes one statement after the other.
      const pool = (await database.nativeClient()) as MysqlPool;
      const told = new WeakSet();
      pool.on('acquire', (connection) => {
        if (told.has(connection)) return;
        told.add(connection);
        connection.query('set session transaction read only');
      });
    }
  }
}

type MysqlPool = {
  on(event: 'acquire', listener: (connection: { query(sql: string): unknown }) => void): void;
};

/** What is set already stays. */
function optionsOf(driverOptions: object): string {
  const set =
    'options' in driverOptions && typeof driverOptions.options === 'string' ? driverOptions.options : '';
  return `${set} -c default_transaction_read_only=on`.trim();
}
