import { driverCode, driverProblem, type DriverProblem } from './connection/driver-codes.ts';

export type DatabaseReason =
  | 'bad_certificate'
  | 'bad_default'
  | 'bad_migration'
  | 'bad_rename'
  | 'bad_revision_id'
  | 'bad_snapshot'
  | 'bad_url'
  | 'edited_migration'
  | 'failed_migration'
  | 'foreign_tables'
  | 'interrupted_copy'
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
export function explainOpenError(error: unknown, location: string): unknown {
  const denied = permissionError(error, location);
  if (denied) return denied;
  const problem = driverProblem(error);
  const [reason, sentence] = (problem && sentences[problem]) ?? [];
  if (!reason || !sentence) return error;
  return new DatabaseError(
    reason,
    sentence.replace('LOCATION', () => location),
    { cause: error },
  );
}

type Telling = [reason: DatabaseReason, sentence: string];

const noAnswer: Telling = [
  'unreachable',
  'No database server answers at LOCATION. Start it, or check host and port in DATABASE_URL.',
];

const noFile: Telling = [
  'no_access',
  'LOCATION cannot be opened as a file. Check that its folder can be made and has room, or set DATABASE_URL.',
];

const sentences: Partial<Record<DriverProblem, Telling>> = {
  fileDamaged: [
    'not_a_database',
    'LOCATION is not a SQLite database. It was left as it is: move it away, or point DATABASE_URL at another file.',
  ],
  noAccess: [
    'no_access',
    'LOCATION cannot be written. Give this user the right to write the file and its folder, or set DATABASE_URL.',
  ],
  noFile,
  cannotOpen: noFile,
  diskFull: ['no_access', 'The disk with LOCATION is full. Make room there, and run it again.'],
  diskFails: [
    'no_access',
    'LOCATION cannot be read or written, for its disk fails. See whether it is full, or broken, and look at the data with pnpm db doctor.',
  ],
  fileLocked: [
    'locked',
    'LOCATION is locked by another program. Close whatever has it open, then start again.',
  ],
  rowsLocked: [
    'locked',
    'Others hold what is asked for in LOCATION, and did not let go of it. Try again in a moment.',
  ],
  unreachable: noAnswer,
  connectionLost: noAnswer,
  wrongPassword: [
    'wrong_password',
    'The server at LOCATION refuses this user or password. Check both in DATABASE_URL.',
  ],
  unknownDatabase: [
    'unknown_database',
    'The server answers, and has no database LOCATION. Create it, or check the name in DATABASE_URL.',
  ],
  badCertificate: [
    'bad_certificate',
    'The server at LOCATION has a certificate that is not trusted here, or is for another name. Check the options for TLS in DATABASE_URL.',
  ],
  noTls: [
    'no_tls',
    'The server at LOCATION offers no TLS. Set it up there, or ask for none in DATABASE_URL.',
  ],
};

/**
 * What keeps the database from answering for now: it is away, or locked. Null for any other error.
 * @param location for the sentence
 */
export function toOutageError(error: unknown, location = 'the database'): DatabaseError | null {
  const found = error instanceof DatabaseError ? error : explainOpenError(error, location);
  const isOutage = found instanceof DatabaseError && ['unreachable', 'locked'].includes(found.reason);
  return isOutage ? found : null;
}

/** Whether a connection ended that had been there. */
export const isLostConnection = (error: unknown): boolean => driverProblem(error) === 'connectionLost';

/** Whether an engine has undone the work because somebody else was in its way. */
export function isConflict(error: unknown): boolean {
  const code = driverCode(error);
  // A row has changed since the snapshot of this transaction (MariaDB, innodb_snapshot_isolation).
  if (code === 'ER_CHECKREAD') return true;
  return driverProblem(error) === 'rowsLocked' || code.startsWith('SQLITE_BUSY');
}

/** A server's no to what this user may not do, as a sentence; null for anything else. */
export function permissionError(error: unknown, location: string): DatabaseError | null {
  if (driverProblem(error) !== 'noRights') return null;
  return new DatabaseError(
    'no_access',
    `The user in DATABASE_URL may not do that in ${location}. Grant the rights on its tables, and for migrations those to make and change them.`,
    { cause: error },
  );
}

/** Whether a driver complains that there is no such table: PostgreSQL's undefined_table, MySQL's number, SQLite's words. */
export function isMissingTable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return driverProblem(error) === 'missingTable' || error.message.startsWith('no such table');
}
