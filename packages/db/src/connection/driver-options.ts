import type { ServerAddress } from './server-url.ts';

/** How long a server may take to let somebody in. After that it counts as away. */
const connectTimeoutMs = 5000;

/** What `pg` is told. */
export function postgresqlOptions({ host, port, user, password, database, tls }: ServerAddress) {
  return {
    ...login({ host, port, user, password, database }),
    ssl: tls ?? false,
    connectionTimeoutMillis: connectTimeoutMs,
    // A server that is gone without a word is noticed some time.
    keepAlive: true,
    application_name: 'latchkey',
    // Times are written with their zone, and read back in this one form whatever the server is set to.
    options: '-c datestyle=ISO -c timezone=UTC',
  };
}

/** What `mysql2` is told. */
export function mysqlOptions({ host, port, user, password, database, tls }: ServerAddress) {
  return {
    ...login({ host, port, user, password, database }),
    ...(tls && { ssl: tls }),
    connectTimeout: connectTimeoutMs,
    enableKeepAlive: true,
    charset: 'utf8mb4',
    timezone: 'Z',
  };
}

/**
 * What each new connection to MySQL or MariaDB is set to, whatever the server is.
 * A mode that is not strict would cut a text that is too long, and take 0 for a number that is none.
 * https://mariadb.com/kb/en/sql-mode/, https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html
 */
export const mysqlSessionSettings =
  "set session sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', " +
  "time_zone = '+00:00', " +
  // Nobody waits fifty seconds for a page, which is how long InnoDB waits for a row by itself.
  'innodb_lock_wait_timeout = 2';

/** An empty user, password or database is left to the driver. */
function login(login: Pick<ServerAddress, 'host' | 'port' | 'user' | 'password' | 'database'>) {
  const { host, port, user, password, database } = login;
  return { host, port, ...(user && { user }), ...(password && { password }), ...(database && { database }) };
}
