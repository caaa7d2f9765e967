export type DatabaseReason =
  | 'bad_certificate'
  | 'bad_migration'
  | 'bad_rename'
  | 'bad_revision_id'
  | 'bad_snapshot'
  | 'bad_url'
  | 'edited_migration'
  | 'failed_migration'
  | 'foreign_tables'
  | 'interrupted_migration'
  | 'last_admin'
  | 'locked'
  | 'newer_schema'
  | 'no_access'
  | 'no_tls'
  | 'not_offline'
  | 'not_a_database'
  | 'nothing_to_merge'
  | 'outdated_schema'
  | 'two_heads'
  | 'unknown_database'
  | 'unknown_revision'
  | 'unmerged_entities'
  | 'unreachable'
  | 'username_taken'
  | 'wrong_password';

/** What is the case with the database, in a sentence for whoever operates it. Holds no password. */
export class DatabaseError extends Error {
  readonly reason: DatabaseReason;

  constructor(reason: DatabaseReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseError';
    this.reason = reason;
  }
}

/** Turns what a driver or the file system throws while opening into a sentence; anything unforeseen stays as it is. */
export function openingError(error: unknown, place: string): unknown {
  const denied = withoutRights(error, place);
  if (denied) return denied;
  const code = codeOf(error);
  const [, reason, sentence] = sentences.find(([codes]) => codes.includes(code)) ?? [];
  if (!reason || !sentence) return error;
  return new DatabaseError(reason, sentence.replace('PLACE', place), { cause: error });
}

const noTls = 'no TLS';

/** Nobody was let in: what was to be done was not begun. */
const connectionCodes = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  // Starting or stopping, and full (PostgreSQL, appendix A; MySQL, "Server Error Message Reference").
  '57P03',
  '53300',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
];

/** A connection ended while it was used: whether the last statement ran is not known. */
const lostConnectionCodes = [
  'ECONNRESET',
  'EPIPE',
  '57P01',
  '57P02',
  '08006',
  'PROTOCOL_CONNECTION_LOST',
  'ER_SERVER_SHUTDOWN',
  'ER_CONNECTION_KILLED',
  'ER_CLIENT_INTERACTION_TIMEOUT',
];

const sentences: [codes: string[], reason: DatabaseReason, sentence: string][] = [
  [
    ['SQLITE_NOTADB', 'SQLITE_CORRUPT'],
    'not_a_database',
    'PLACE is not a SQLite database. It was left as it is: move it away, or point DATABASE_URL at another file.',
  ],
  [
    ['EACCES', 'EPERM', 'EROFS', 'SQLITE_READONLY', 'SQLITE_READONLY_DIRECTORY', 'SQLITE_READONLY_DBMOVED'],
    'no_access',
    'PLACE cannot be written. Give this user the right to write the file and its folder, or set DATABASE_URL.',
  ],
  [
    [
      'ENOTDIR',
      'EISDIR',
      'EEXIST',
      'ENOENT',
      'ENOSPC',
      'SQLITE_CANTOPEN',
      'SQLITE_CANTOPEN_ISDIR',
      'SQLITE_FULL',
    ],
    'no_access',
    'PLACE cannot be opened as a file. Check that its folder can be made and has room, or set DATABASE_URL.',
  ],
  [
    ['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_BUSY_RECOVERY', 'SQLITE_BUSY_TIMEOUT', 'SQLITE_LOCKED'],
    'locked',
    'PLACE is locked by another program. Close whatever has it open, then start again.',
  ],
  [
    ['40001', '40P01', '55P03', 'ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT'],
    'locked',
    'Others hold what is asked for in PLACE, and did not let go of it. Try again in a moment.',
  ],
  [
    [...connectionCodes, ...lostConnectionCodes],
    'unreachable',
    'No database server answers at PLACE. Start it, or check host and port in DATABASE_URL.',
  ],
  [
    ['28P01', '28000', 'ER_ACCESS_DENIED_ERROR', 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR'],
    'wrong_password',
    'The server at PLACE refuses this user or password. Check both in DATABASE_URL.',
  ],
  [
    ['3D000', 'ER_BAD_DB_ERROR'],
    'unknown_database',
    'The server answers, and has no database PLACE. Create it, or check the name in DATABASE_URL.',
  ],
  [
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'CERT_HAS_EXPIRED',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    'bad_certificate',
    'The server at PLACE has a certificate that is not trusted here, or is for another name. Check the options for TLS in DATABASE_URL.',
  ],
  [
    ['HANDSHAKE_NO_SSL_SUPPORT', noTls],
    'no_tls',
    'The server at PLACE offers no TLS. Set it up there, or ask for none in DATABASE_URL.',
  ],
];

/**
 * What keeps the database from answering for now: it is away, or locked. Null for any other error.
 * @param place for the sentence
 */
export function outageOf(error: unknown, place = 'the database'): DatabaseError | null {
  const found = error instanceof DatabaseError ? error : openingError(error, place);
  const isOutage = found instanceof DatabaseError && ['unreachable', 'locked'].includes(found.reason);
  return isOutage ? found : null;
}

/** Whether a connection ended that had been there. */
export const isLostConnection = (error: unknown): boolean => lostConnectionCodes.includes(codeOf(error));

/** Whether an engine has undone the work because somebody else was in its way. */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return conflictCodes.includes(code) || code.startsWith('SQLITE_BUSY');
}

const conflictCodes = [
  // serialization_failure, deadlock_detected, lock_not_available
  '40001',
  '40P01',
  '55P03',
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  // A row has changed since the snapshot of this transaction (MariaDB, innodb_snapshot_isolation).
  'ER_CHECKREAD',
];

/** Drivers and ORMs wrap each other's errors: the first code found going inwards counts. */
function codeOf(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const { code, errno } = inner as { code?: unknown; errno?: unknown };
    // MariaDB has numbers that mysql2 has no name for.
    if (errno === 1927) return 'ER_CONNECTION_KILLED';
    if (typeof code === 'string') return code;
    const [, ofMessage] = withoutCode.find(([message]) => message.test(inner.message)) ?? [];
    if (ofMessage) return ofMessage;
  }
  return '';
}

/** What drivers say in words only, and the code that says the same. */
const withoutCode: [message: RegExp, code: string][] = [
  [/^timeout exceeded when trying to connect$/, 'ETIMEDOUT'],
  [/^Connection terminated due to connection timeout$/, 'ETIMEDOUT'],
  [/^Connection terminated unexpectedly$/, 'ECONNRESET'],
  [/^Client has encountered a connection error and is not queryable$/, 'ECONNRESET'],
  [/^Can't add new command when connection is in closed state$/, 'ECONNRESET'],
  [/^The server does not support SSL connections$/, noTls],
];

const rightsCodes = [
  '42501',
  'ER_DBACCESS_DENIED_ERROR',
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_COLUMNACCESS_DENIED_ERROR',
  'ER_SPECIFIC_ACCESS_DENIED_ERROR',
];

/** A server's no to what this user may not do, as a sentence; null for anything else. */
export function withoutRights(error: unknown, place: string): DatabaseError | null {
  if (!rightsCodes.includes(codeOf(error))) return null;
  return new DatabaseError(
    'no_access',
    `The user in DATABASE_URL may not do that in ${place}. Grant the rights on its tables, and for migrations those to make and change them.`,
    { cause: error },
  );
}

/** Whether a driver complains that there is no such table: PostgreSQL's undefined_table, MySQL's number, SQLite's words. */
export function isMissingTable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ['42P01', 'ER_NO_SUCH_TABLE'].includes(codeOf(error)) || error.message.startsWith('no such table');
}
