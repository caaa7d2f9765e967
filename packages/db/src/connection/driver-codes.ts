/** The kinds of problems that drivers and the file system report. Messages for them are up to the caller. */
export type DriverProblem = keyof typeof codes;

const codes = {
  /** No connection was established, so nothing was executed. */
  unreachable: [
    'ECONNREFUSED',
    'ENOTFOUND',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EAI_AGAIN',
    // Starting, stopping, or out of connections (PostgreSQL, appendix A; MySQL, "Server Error Message Reference").
    '57P03',
    '53300',
    'ER_CON_COUNT_ERROR',
    'ER_TOO_MANY_USER_CONNECTIONS',
  ],
  /** An established connection was lost. The last statement may have been executed. */
  connectionLost: [
    'ECONNRESET',
    'EPIPE',
    '57P01',
    '57P02',
    '08006',
    'PROTOCOL_CONNECTION_LOST',
    'ER_SERVER_SHUTDOWN',
    'ER_CONNECTION_KILLED',
    'ER_CLIENT_INTERACTION_TIMEOUT',
  ],
  /** A statement was not answered in time (time-limit.ts). */
  noAnswer: ['NO_ANSWER'],
  /** The server ended a statement at its time limit. */
  tookTooLong: ['57014', 'ER_QUERY_TIMEOUT', 'ER_STATEMENT_TIMEOUT'],
  /** Another program locks the file. */
  fileLocked: [
    'SQLITE_BUSY',
    'SQLITE_BUSY_SNAPSHOT',
    'SQLITE_BUSY_RECOVERY',
    'SQLITE_BUSY_TIMEOUT',
    'SQLITE_LOCKED',
  ],
  /** Another transaction holds locks: serialization_failure, deadlock_detected, lock_not_available. */
  rowsLocked: ['40001', '40P01', '55P03', 'ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT'],
  wrongPassword: ['28P01', '28000', 'ER_ACCESS_DENIED_ERROR', 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR'],
  noRights: [
    '42501',
    'ER_DBACCESS_DENIED_ERROR',
    'ER_TABLEACCESS_DENIED_ERROR',
    'ER_COLUMNACCESS_DENIED_ERROR',
    'ER_SPECIFIC_ACCESS_DENIED_ERROR',
  ],
  unknownDatabase: ['3D000', 'ER_BAD_DB_ERROR'],
  badCertificate: [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ],
  noTls: ['HANDSHAKE_NO_SSL_SUPPORT', 'no TLS'],
  noAccess: [
    'EACCES',
    'EPERM',
    'EROFS',
    'SQLITE_READONLY',
    'SQLITE_READONLY_CANTINIT',
    'SQLITE_READONLY_DBMOVED',
    'SQLITE_READONLY_DIRECTORY',
  ],
  noFile: ['ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST'],
  cannotOpen: ['SQLITE_CANTOPEN', 'SQLITE_CANTOPEN_ISDIR'],
  diskFull: ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'],
  /** Other errors of the disk, as SQLite reports them. */
  diskFails: ['FSYNC', 'READ', 'SHMMAP', 'SHMOPEN', 'SHMSIZE', 'SHORT_READ', 'TRUNCATE', 'WRITE'].map(
    (what) => `SQLITE_IOERR_${what}`,
  ),
  serverDiskFull: ['53100', 'ER_DISK_FULL', 'ER_RECORD_FILE_FULL'],
  fileDamaged: ['SQLITE_NOTADB', 'SQLITE_CORRUPT', 'SQLITE_CORRUPT_INDEX'],
  serverDamaged: ['XX001', 'XX002'],
  doesNotFit: [
    '22001',
    '22003',
    '22021',
    '22P02',
    '23502',
    '23503',
    '23505',
    '23514',
    'ER_DATA_TOO_LONG',
    'ER_WARN_DATA_OUT_OF_RANGE',
    'ER_TRUNCATED_WRONG_VALUE',
    'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
    'ER_BAD_NULL_ERROR',
    'ER_DUP_ENTRY',
    'ER_NET_PACKET_TOO_LARGE',
    'SQLITE_CONSTRAINT_UNIQUE',
    'SQLITE_CONSTRAINT_PRIMARYKEY',
    'SQLITE_CONSTRAINT_NOTNULL',
    'SQLITE_CONSTRAINT_CHECK',
  ],
  missingTable: ['42P01', 'ER_NO_SUCH_TABLE'],
} as const;

// The cast: the keys are those of `codes`.
const problems = new Map(
  Object.entries(codes).flatMap(([problem, list]) =>
    list.map((code): [string, DriverProblem] => [code, problem as DriverProblem]),
  ),
);

/** Returns the kind of problem that an error is about; null for an unknown error. */
export const driverProblem = (error: unknown): DriverProblem | null =>
  problems.get(driverCode(error)) ?? null;

/**
 * Returns the error code of a driver or of the file system; empty when there is none. Drivers and ORMs wrap each other's
 * errors: the code of the outermost error that has one is returned.
 */
export function driverCode(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const { code, errno } = inner as { code?: unknown; errno?: unknown };
    const codeOfMariadb = mariadbCodes[Number(errno)];
    if (codeOfMariadb) return codeOfMariadb;
    if (typeof code === 'string') return code;
    const [, codeOfMessage] = codesByMessage.find(([message]) => message.test(inner.message)) ?? [];
    if (codeOfMessage) return codeOfMessage;
  }
  return '';
}

/** Error numbers of MariaDB that mysql2 does not know, or knows as something else. */
const mariadbCodes: Record<number, string> = {
  1927: 'ER_CONNECTION_KILLED',
  1969: 'ER_STATEMENT_TIMEOUT',
};

/** Messages of errors without a code, and an equivalent code. */
const codesByMessage: [message: RegExp, code: string][] = [
  [/^timeout exceeded when trying to connect$/, 'ETIMEDOUT'],
  [/^Connection terminated due to connection timeout$/, 'ETIMEDOUT'],
  [/^Connection terminated unexpectedly$/, 'ECONNRESET'],
  [/^Client has encountered a connection error and is not queryable$/, 'ECONNRESET'],
  [/^Can't add new command when connection is in closed state$/, 'ECONNRESET'],
  [/^The server does not support SSL connections$/, 'no TLS'],
];
