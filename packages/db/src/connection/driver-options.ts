import type { ServerAddress } from './server-url.ts';

/** After this time without a connection, the server counts as unreachable. */
const connectTimeoutMs = 5000;

/** Returns the options for `pg`. */
export function postgresqlOptions({ host, port, user, password, database, tls }: ServerAddress) {
  return {
    ...login({ host, port, user, password, database }),
    ssl: tls ?? false,
    connectionTimeoutMillis: connectTimeoutMs,
    // Detects a server that disappeared without closing the connection.
    keepAlive: true,
    application_name: 'latchkey',
    // Makes the format of times independent of the server's settings.
    options: '-c datestyle=ISO -c timezone=UTC',
  };
}

/** Returns the options for `mysql2`. */
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
 * The settings of each new connection to MySQL or MariaDB, independent of the server's settings.
 * Without strict mode, text that is too long would be truncated, and invalid numbers stored as 0.
 * https://mariadb.com/kb/en/sql-mode/, https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html
 */
export const mysqlSessionSettings =
  "set session sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', " +
  "time_zone = '+00:00', " +
  // The default of 50 seconds is too long for a request.
  'innodb_lock_wait_timeout = 2';

/** Leaves out empty values, for which the driver has defaults. */
function login(login: Pick<ServerAddress, 'host' | 'port' | 'user' | 'password' | 'database'>) {
  const { host, port, user, password, database } = login;
  return { host, port, ...(user && { user }), ...(password && { password }), ...(database && { database }) };
}
