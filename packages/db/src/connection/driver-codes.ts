/** The kinds of problems that drivers and the file system report. Messages for them are up to the caller. */
export type DriverProblem = keyof typeof codes;

/**
 * The codes of each problem. `SQLITE_IOERR` stands for its extended codes as well, like `SQLITE_IOERR_READ`, and two characters for a
 * whole class of PostgreSQL, unless a longer entry says otherwise. A test compares the list with all codes that the drivers know.
 * SQLite, "Result and Error Codes"; PostgreSQL, appendix A; MySQL, "Server Error Message Reference".
 */
const codes = {
  /** No connection was established, so nothing was executed. */
  unreachable: [
    'ECONNREFUSED',
    'ENOTFOUND',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EAI_AGAIN',
    '08001',
    '08004',
    // Starting, stopping, or out of connections.
    '57P03',
    '53300',
    'ER_CON_COUNT_ERROR',
    'ER_TOO_MANY_USER_CONNECTIONS',
    'ER_USER_LIMIT_REACHED',
    'ER_HANDSHAKE_ERROR',
    'ER_BAD_HOST_ERROR',
    'ER_HOST_IS_BLOCKED',
    'ER_HOST_NOT_PRIVILEGED',
    'ER_SERVER_OFFLINE_MODE',
    'ER_SERVER_ISNT_AVAILABLE',
    'ER_DA_CONN_LIMIT',
    'ER_DA_GLOBAL_CONN_LIMIT',
    // A node of a cluster that is not ready (Galera), or that waits for the others (Group Replication).
    'ER_UNKNOWN_COM_ERROR',
    'ER_GR_HOLD_WAIT_TIMEOUT',
    'ER_GR_HOLD_KILLED',
    'ER_RUN_HOOK_ERROR',
  ],
  /** An established connection was lost. The last statement may have been executed. */
  connectionLost: [
    'ECONNRESET',
    'EPIPE',
    '08',
    '57P01',
    '57P02',
    '57P05',
    // The server has ended an idle transaction, or does not know whether a statement was executed.
    '25P03',
    '25P04',
    '40003',
    'PROTOCOL_CONNECTION_LOST',
    'ER_SERVER_SHUTDOWN',
    'ER_NORMAL_SHUTDOWN',
    'ER_SHUTDOWN_COMPLETE',
    'ER_FORCING_CLOSE',
    'ER_CONNECTION_KILLED',
    'ER_SESSION_WAS_KILLED',
    'ER_CLIENT_INTERACTION_TIMEOUT',
    'ER_ABORTING_CONNECTION',
    'ER_NEW_ABORTING_CONNECTION',
    'ER_NET_READ_ERROR_FROM_PIPE',
    'ER_NET_FCNTL_ERROR',
    'ER_NET_PACKETS_OUT_OF_ORDER',
    'ER_NET_UNCOMPRESS_ERROR',
    'ER_NET_READ_ERROR',
    'ER_NET_READ_INTERRUPTED',
    'ER_NET_ERROR_ON_WRITE',
    'ER_NET_WRITE_INTERRUPTED',
  ],
  /** A statement was not answered in time (time-limit.ts). */
  noAnswer: ['NO_ANSWER'],
  /** The server ended a statement, at its time limit or by an administrator. */
  tookTooLong: [
    '57',
    'ER_QUERY_TIMEOUT',
    'ER_STATEMENT_TIMEOUT',
    'ER_QUERY_INTERRUPTED',
    'HA_ERR_QUERY_INTERRUPTED',
  ],
  /** Another program locks the file. */
  fileLocked: ['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_PROTOCOL'],
  /** Another transaction holds locks or has changed the same rows. */
  rowsLocked: [
    '40',
    '55006',
    '55P03',
    'ER_LOCK_DEADLOCK',
    'ER_LOCK_WAIT_TIMEOUT',
    'ER_LOCK_NOWAIT',
    'ER_LOCK_ABORTED',
    'ER_LOCK_TABLE_FULL',
    'ER_CANT_LOCK',
    'ER_TOO_MANY_CONCURRENT_TRXS',
    'ER_XA_RBTIMEOUT',
    'ER_XA_RBDEADLOCK',
    // A row has changed since the snapshot of this transaction (MariaDB, innodb_snapshot_isolation).
    'ER_CHECKREAD',
    'HA_ERR_LOCK_WAIT_TIMEOUT',
    'HA_ERR_LOCK_TABLE_FULL',
    'HA_ERR_LOCK_DEADLOCK',
    'HA_ERR_TOO_MANY_CONCURRENT_TRXS',
    'HA_ERR_NO_WAIT_LOCK',
    'HA_ERR_RECORD_CHANGED',
    'SQLITE_SCHEMA',
    'SQLITE_ABORT_ROLLBACK',
    '72000',
    'ER_TABLE_DEF_CHANGED',
    'ER_NEED_REPREPARE',
    'ER_TRANSACTION_ROLLBACK_DURING_COMMIT',
    'HA_ERR_TABLE_DEF_CHANGED',
  ],
  wrongPassword: [
    '28',
    'ER_ACCESS_DENIED_ERROR',
    'ER_ACCESS_DENIED_NO_PASSWORD_ERROR',
    'ER_ACCESS_DENIED_CHANGE_USER_ERROR',
    'ER_MUST_CHANGE_PASSWORD',
    'ER_MUST_CHANGE_PASSWORD_LOGIN',
    'ER_ACCOUNT_HAS_BEEN_LOCKED',
    'ER_USER_ACCESS_DENIED_FOR_USER_ACCOUNT_BLOCKED_BY_PASSWORD_LOCK',
    'ER_NOT_SUPPORTED_AUTH_MODE',
    'ER_SERVER_IS_IN_SECURE_AUTH_MODE',
    'ER_PLUGIN_IS_NOT_LOADED',
  ],
  noRights: [
    '42501',
    'ER_DBACCESS_DENIED_ERROR',
    'ER_TABLEACCESS_DENIED_ERROR',
    'ER_COLUMNACCESS_DENIED_ERROR',
    'ER_SPECIFIC_ACCESS_DENIED_ERROR',
    'ER_PROCACCESS_DENIED_ERROR',
    'ER_DB_ACCESS_DENIED',
  ],
  unknownDatabase: ['3D000', '57P04', 'ER_BAD_DB_ERROR', 'ER_NO_SUCH_DB'],
  badCertificate: [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ],
  noTls: ['HANDSHAKE_NO_SSL_SUPPORT', 'ER_SECURE_TRANSPORT_REQUIRED', 'no TLS'],
  noAccess: ['EACCES', 'EPERM', 'EROFS', 'SQLITE_READONLY', 'SQLITE_PERM'],
  noFile: ['ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST'],
  cannotOpen: ['SQLITE_CANTOPEN'],
  diskFull: ['ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'SQLITE_NOLFS'],
  /** Other errors of the disk, as SQLite reports them. */
  diskFails: ['SQLITE_IOERR'],
  serverDiskFull: [
    '53100',
    'ER_DISK_FULL',
    'ER_DISK_FULL_NOWAIT',
    'ER_RECORD_FILE_FULL',
    'ER_INNODB_UNDO_LOG_FULL',
    'ER_TEMP_FILE_WRITE_FAILURE',
    'ER_TABLESPACE_AUTO_EXTEND_ERROR',
    'EE_DISK_FULL',
    'EE_DISK_FULL_WITH_RETRY_MSG',
    'HA_ERR_RECORD_FILE_FULL',
    'HA_ERR_INDEX_FILE_FULL',
    'HA_ERR_DISK_FULL_NOWAIT',
    'HA_ERR_TEMP_FILE_WRITE_FAILURE',
  ],
  /** Other errors of a server's disk. */
  serverDiskFails: [
    '58',
    'ER_CANT_CREATE_FILE',
    'ER_CANT_OPEN_FILE',
    'ER_FILE_NOT_FOUND',
    'ER_ERROR_ON_CLOSE',
    'ER_ERROR_ON_READ',
    'ER_ERROR_ON_RENAME',
    'ER_ERROR_ON_WRITE',
    'ER_GET_ERRNO',
    'ER_GET_ERRMSG',
    'ER_ERROR_DURING_COMMIT',
    'ER_ERROR_DURING_ROLLBACK',
    'ER_ERROR_DURING_FLUSH_LOGS',
    'ER_IO_READ_ERROR',
    'ER_IO_WRITE_ERROR',
    'ER_BINLOG_LOGGING_IMPOSSIBLE',
    'ER_BINLOG_FATAL_ERROR',
    'EE_CANTCREATEFILE',
    'EE_READ',
    'EE_WRITE',
    'EE_SYNC',
    'EE_FILENOTFOUND',
    'HA_ERR_LOGGING_IMPOSSIBLE',
    'HA_ERR_RBR_LOGGING_FAILED',
    'F0',
    'ER_CANNOT_FIND_KEY_IN_KEYRING',
  ],
  /** A replica, a server in maintenance, or one that protects itself. */
  serverReadOnly: [
    '25006',
    'ER_OPTION_PREVENTS_STATEMENT',
    'ER_READ_ONLY_MODE',
    'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
    'ER_READ_ONLY_TRANSACTION',
    'ER_INNODB_READ_ONLY',
    'ER_INNODB_FORCED_RECOVERY',
    'ER_OPEN_AS_READONLY',
    'ER_SCHEMA_READ_ONLY',
    'ER_CANT_UPDATE_WITH_READLOCK',
    'HA_ERR_READ_ONLY_TRANSACTION',
    'HA_ERR_TABLE_READONLY',
    'HA_ERR_INNODB_READ_ONLY',
    'HA_ERR_INNODB_FORCED_RECOVERY',
  ],
  outOfMemory: [
    'SQLITE_NOMEM',
    'SQLITE_IOERR_NOMEM',
    '53',
    'ER_OUTOFMEMORY',
    'ER_OUT_OF_SORTMEMORY',
    'ER_OUT_OF_RESOURCES',
    'ER_CANT_CREATE_THREAD',
    'ER_ENGINE_OUT_OF_MEMORY',
    'ER_CAPACITY_EXCEEDED',
    'ER_MDL_OUT_OF_RESOURCES',
    'EE_OUTOFMEMORY',
    'EE_OUT_OF_FILERESOURCES',
    'HA_ERR_OUT_OF_MEM',
    'HA_ERR_SE_OUT_OF_MEMORY',
    'ER_MAX_PREPARED_STMT_COUNT_REACHED',
  ],
  notADatabase: ['SQLITE_NOTADB'],
  fileDamaged: ['SQLITE_CORRUPT', 'SQLITE_IOERR_CORRUPTFS', 'SQLITE_IOERR_DATA', 'SQLITE_INTERNAL'],
  serverDamaged: [
    'XX',
    'ER_NOT_KEYFILE',
    'ER_OLD_KEYFILE',
    'ER_CRASHED_ON_USAGE',
    'ER_CRASHED_ON_REPAIR',
    'ER_INDEX_CORRUPT',
    'ER_INNODB_INDEX_CORRUPT',
    'ER_TABLE_CORRUPT',
    'ER_TABLESPACE_MISSING',
    'ER_TABLESPACE_DISCARDED',
    'ER_FILE_CORRUPT',
    'HA_ERR_CRASHED',
    'HA_ERR_CRASHED_ON_REPAIR',
    'HA_ERR_CRASHED_ON_USAGE',
    'HA_ERR_INDEX_CORRUPT',
    'HA_ERR_TABLE_CORRUPT',
    'HA_ERR_TABLESPACE_MISSING',
    'ER_INTERNAL_ERROR',
    'HA_ERR_INTERNAL_ERROR',
  ],
  /** Values that a table refuses: a fault of the statement, or of what was entered. */
  doesNotFit: [
    '22',
    '23',
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
  missingTable: ['42P01', 'ER_NO_SUCH_TABLE', 'no such table', '3F000'],
  missingColumn: ['42703', 'ER_BAD_FIELD_ERROR', 'no such column'],
} as const;

/** What an error of a database means for a request. */
export type ErrorClass =
  /** The database cannot be used at the moment: 503. */
  | 'outage'
  /** Another transaction was faster: the statement is repeated, and an outage if that does not help. */
  | 'conflict'
  /** A fault of the statement or of its values. */
  | 'defect';

const classes: Record<DriverProblem, ErrorClass> = {
  unreachable: 'outage',
  connectionLost: 'outage',
  noAnswer: 'outage',
  tookTooLong: 'outage',
  fileLocked: 'conflict',
  rowsLocked: 'conflict',
  wrongPassword: 'outage',
  noRights: 'outage',
  unknownDatabase: 'outage',
  badCertificate: 'outage',
  noTls: 'outage',
  noAccess: 'outage',
  noFile: 'outage',
  cannotOpen: 'outage',
  diskFull: 'outage',
  diskFails: 'outage',
  serverDiskFull: 'outage',
  serverDiskFails: 'outage',
  serverReadOnly: 'outage',
  outOfMemory: 'outage',
  notADatabase: 'outage',
  fileDamaged: 'outage',
  serverDamaged: 'outage',
  doesNotFit: 'defect',
  // The schema is not the one that this version expects.
  missingTable: 'outage',
  missingColumn: 'outage',
};

// The cast: the keys are those of `codes`.
const problems = new Map(
  Object.entries(codes).flatMap(([problem, list]) =>
    list.map((code): [string, DriverProblem] => [code, problem as DriverProblem]),
  ),
);

/** Returns the kind of problem that an error is about; null for an unknown error. */
export const driverProblem = (error: unknown): DriverProblem | null => problemOfCode(driverCode(error));

/** Returns the kind of problem of a code, its SQLite code without extension, or its class in PostgreSQL. */
function problemOfCode(code: string): DriverProblem | null {
  const exact = problems.get(code);
  if (exact) return exact;
  const [sqliteCode = ''] = /^SQLITE_[A-Z]+(?=_)/.exec(code) ?? [];
  if (sqliteCode) return problems.get(sqliteCode) ?? null;
  return /^[0-9A-Z]{5}$/.test(code) ? (problems.get(code.slice(0, 2)) ?? null) : null;
}

/** Returns what a code means for a request; null for one that is in no list. */
export function classOfCode(code: string): ErrorClass | null {
  const problem = problemOfCode(code);
  return problem && classes[problem];
}

/** Returns what an error of a database means for a request; null for other errors, those of the file system included. */
export function errorClass(error: unknown): ErrorClass | null {
  const code = driverCode(error);
  const isOfFileSystem =
    /^E[A-Z]+$/.test(code) && !['unreachable', 'connectionLost'].includes(problemOfCode(code) ?? '');
  return isOfFileSystem ? null : classOfCode(code);
}

/**
 * Returns the error code of a driver or of the file system; empty when there is none. Drivers and ORMs wrap each other's
 * errors: the code of the outermost error that has one is returned.
 */
export function driverCode(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const { code, errno, message, syscall } = inner as Error & Partial<Record<Detail, unknown>>;
    // A Unix socket that is missing, or not accessible: the server is stopped, or has another socket.
    if (syscall === 'connect' && socketCodes.has(code)) return 'ECONNREFUSED';
    const codeOfMariadb = mariadbCodes[Number(errno)];
    if (codeOfMariadb) return codeOfMariadb;
    const [, codeOfMessage] = codesByMessage.find(([text]) => text.test(message)) ?? [];
    // SQLite has one code for all errors in a statement.
    if (typeof code === 'string' && !(code === 'SQLITE_ERROR' && codeOfMessage)) return code;
    if (codeOfMessage) return codeOfMessage;
  }
  return '';
}

type Detail = 'code' | 'errno' | 'syscall';

/** Errors of a Unix socket as a file (connect(2)). */
const socketCodes = new Set<unknown>(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ENOTSOCK', 'EPROTOTYPE']);

/** Error numbers of MariaDB that mysql2 does not know, or knows as something else. */
const mariadbCodes: Record<number, string> = {
  1927: 'ER_CONNECTION_KILLED',
  1969: 'ER_STATEMENT_TIMEOUT',
};

/** Messages of errors without a code of their own, and an equivalent code. */
const codesByMessage: [message: RegExp, code: string][] = [
  [/^timeout exceeded when trying to connect$/, 'ETIMEDOUT'],
  [/^Connection terminated due to connection timeout$/, 'ETIMEDOUT'],
  [/^Connection terminated unexpectedly$/, 'ECONNRESET'],
  [/^Client has encountered a connection error and is not queryable$/, 'ECONNRESET'],
  [/^Can't add new command when connection is in closed state$/, 'ECONNRESET'],
  [/^The server does not support SSL connections$/, 'no TLS'],
  [/^no such table: /, 'no such table'],
  [/^no such column: |^table \S+ has no column named /, 'no such column'],
];
