import type { ServerAddress } from './server-url.ts';

/** After this time without a connection, the server counts as unreachable. */
const connectTimeoutMs = 5000;

/** How long a statement waits for a row that another transaction has locked. */
const lockWaitSeconds = 2;

/** After this part of a time limit, the server itself ends a statement: it is then certain that nothing was changed. */
const serverPart = 0.9;

/** How long a transaction may be idle before the server ends it, because its client holds locks. Milliseconds. */
const idleTransactionMs = 15_000;

/** Returns the options for `pg`. @param statementTimeoutMs for each statement; null for no limit, as for migrations */
export function postgresqlOptions(
  { host, port, user, password, database, tls }: ServerAddress,
  statementTimeoutMs: number | null = null,
) {
  return {
    ...login({ host, port, user, password, database }),
    ssl: tls ?? false,
    connectionTimeoutMillis: connectTimeoutMs,
    // Detects a server that disappeared without closing the connection.
    keepAlive: true,
    application_name: 'latchkey',
    // Makes the format of times independent of the server's settings.
    options: `-c datestyle=ISO -c timezone=UTC${statementTimeoutMs === null ? '' : postgresqlLimits(statementTimeoutMs)}`,
  };
}

const postgresqlLimits = (ms: number) =>
  ` -c statement_timeout=${ms * serverPart} -c lock_timeout=${lockWaitSeconds * 1000}` +
  ` -c idle_in_transaction_session_timeout=${idleTransactionMs}`;

/** Returns the options for `mysql2`. */
export function mysqlOptions({ host, port, socketPath, user, password, database, tls }: ServerAddress) {
  return {
    ...login({ host, port, user, password, database }),
    ...(socketPath && { socketPath }),
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
export const mysqlSessionSettings = (statementTimeoutMs: number | null) =>
  "set session sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', " +
  "time_zone = '+00:00', " +
  // The default of 50 seconds is too long for a request.
  `innodb_lock_wait_timeout = ${lockWaitSeconds}` +
  (statementTimeoutMs === null ? '' : mysqlLimits(statementTimeoutMs));

/** In comments that only MariaDB, or only MySQL, reads. MySQL limits only SELECT. */
const mysqlLimits = (ms: number) =>
  `/*M!100300 , max_statement_time = ${(ms * serverPart) / 1000}, idle_transaction_timeout = ${idleTransactionMs / 1000} */` +
  `/*!80000 , max_execution_time = ${ms * serverPart} */`;

/** Leaves out empty values, for which the driver has defaults. */
function login(login: Pick<ServerAddress, 'host' | 'port' | 'user' | 'password' | 'database'>) {
  const { host, port, user, password, database } = login;
  return { host, port, ...(user && { user }), ...(password && { password }), ...(database && { database }) };
}
