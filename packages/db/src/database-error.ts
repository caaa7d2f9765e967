import { errorClass, driverProblem, type DriverProblem } from './connection/driver-codes.ts';

export type DatabaseReason =
  | 'bad_certificate'
  | 'bad_default'
  | 'bad_migration'
  | 'bad_rename'
  | 'bad_revision_id'
  | 'bad_snapshot'
  | 'bad_url'
  | 'damaged'
  | 'demo_users'
  | 'edited_migration'
  | 'failed_migration'
  | 'file_moved'
  | 'foreign_tables'
  | 'interrupted_copy'
  | 'interrupted_migration'
  | 'last_admin'
  | 'locked'
  | 'missing_migration'
  | 'newer_schema'
  | 'no_access'
  | 'no_tls'
  | 'not_offline'
  | 'not_a_database'
  | 'nothing_to_merge'
  | 'outcome_unknown'
  | 'outdated_schema'
  | 'two_heads'
  | 'unknown_database'
  | 'unknown_revision'
  | 'unmerged_entities'
  | 'unreachable'
  | 'username_confusable'
  | 'username_taken'
  | 'wrong_password';

/** A problem with the database. The message is written for the operator and contains no password. */
export class DatabaseError extends Error {
  readonly reason: DatabaseReason;

  constructor(reason: DatabaseReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseError';
    this.reason = reason;
  }
}

/** Converts an error of a driver or of the file system to a DatabaseError. Returns an unforeseen error unchanged. */
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

type Explanation = [reason: DatabaseReason, sentence: string];

const noAnswer: Explanation = [
  'unreachable',
  'No database server answers at LOCATION. Start the server, or check host and port, or socket, in DATABASE_URL.',
];

const noAnswerInTime: Explanation = [
  'unreachable',
  'LOCATION accepts connections, but does not answer in time. Check whether it is overloaded or stuck.',
];

const noFile: Explanation = [
  'no_access',
  'LOCATION cannot be opened or created. Check the path in DATABASE_URL, and the permissions and free space of its folder.',
];

const outdated: Explanation = [
  'outdated_schema',
  'The tables of LOCATION are not those of this version. Run: pnpm db upgrade. If an entity was changed, first run: pnpm db migrate -m "…"',
];

const sentences: Partial<Record<DriverProblem, Explanation>> = {
  notADatabase: [
    'not_a_database',
    'LOCATION is not a SQLite database. The file is unchanged. Set DATABASE_URL to another file, or move this one.',
  ],
  noAccess: [
    'no_access',
    'LOCATION is not writable. Grant this user write permission for the file and its folder, or change DATABASE_URL.',
  ],
  noFile,
  cannotOpen: noFile,
  diskFull: ['no_access', 'The disk of LOCATION is full. Free some space and try again.'],
  diskFails: [
    'no_access',
    'The disk of LOCATION reported an error. Check whether it is full or failing, then check the data with: pnpm db doctor',
  ],
  fileDamaged: ['damaged', 'LOCATION is damaged. Examine it with pnpm db doctor, and restore a backup.'],
  serverDiskFull: [
    'no_access',
    'The disk of the server at LOCATION is full. Free some space there; nothing else is needed.',
  ],
  serverDiskFails: [
    'no_access',
    'The server at LOCATION reports an error of its disk. See the log of the server.',
  ],
  serverReadOnly: [
    'no_access',
    'The server at LOCATION is read-only. Check whether it is a replica or in maintenance, or change DATABASE_URL.',
  ],
  outOfMemory: ['unreachable', 'The database LOCATION is out of memory or of another resource. Free some.'],
  serverDamaged: [
    'damaged',
    'The server at LOCATION reports damaged data or an internal error. See the log of the server.',
  ],
  missingTable: outdated,
  missingColumn: outdated,
  fileLocked: ['locked', 'LOCATION is locked by another program. Close that program and try again.'],
  rowsLocked: [
    'locked',
    'Other transactions in LOCATION hold locks on the same rows. Try again in a moment.',
  ],
  unreachable: noAnswer,
  connectionLost: noAnswer,
  noAnswer: noAnswerInTime,
  tookTooLong: noAnswerInTime,
  wrongPassword: [
    'wrong_password',
    'The server at LOCATION refuses this user or password. Check both in DATABASE_URL.',
  ],
  unknownDatabase: [
    'unknown_database',
    'The server has no database LOCATION. Create it, or check the name in DATABASE_URL.',
  ],
  badCertificate: [
    'bad_certificate',
    'The certificate of the server at LOCATION is not trusted, or is for another host name. Check the TLS options in DATABASE_URL.',
  ],
  noTls: [
    'no_tls',
    'The server at LOCATION does not support TLS. Enable TLS on the server, or remove the TLS options from DATABASE_URL.',
  ],
};

/** The reasons for which the database cannot be used at the moment. */
const outageReasons = [
  'bad_certificate',
  'damaged',
  'file_moved',
  'locked',
  'no_access',
  'no_tls',
  'not_a_database',
  'outcome_unknown',
  'outdated_schema',
  'unknown_database',
  'unreachable',
  'wrong_password',
] as const satisfies DatabaseReason[];

/**
 * Converts an error to a DatabaseError with the reason of an outage, or of a conflict that retries did not solve. Returns null for
 * other errors.
 * @param location for the message
 */
export function toOutageError(error: unknown, location = 'the database'): DatabaseError | null {
  const found = outageIn(error);
  if (found) return found;
  return ['outage', 'conflict'].includes(errorClass(error) ?? '')
    ? outageIn(explainOpenError(error, location))
    : null;
}

/** The outage in an error of the ORM, which copies the properties of an error into one of its own, or wraps it. */
function outageIn(error: unknown): DatabaseError | null {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const reason = 'reason' in inner ? outageReasons.find((known) => known === inner.reason) : undefined;
    if (!reason) continue;
    return inner instanceof DatabaseError
      ? inner
      : new DatabaseError(reason, inner.message, { cause: inner });
  }
  return null;
}

/** Whether an established connection was lost. */
export const isLostConnection = (error: unknown): boolean => driverProblem(error) === 'connectionLost';

/** Whether the engine aborted a statement or transaction because of a conflict with another one. */
export const isConflict = (error: unknown): boolean => errorClass(error) === 'conflict';

/** Converts an error about missing privileges to a DatabaseError `no_access`. Returns null for other errors. */
export function permissionError(error: unknown, location: string): DatabaseError | null {
  if (driverProblem(error) !== 'noRights') return null;
  return new DatabaseError(
    'no_access',
    `The user in DATABASE_URL lacks a privilege in ${location}. Grant access to the tables, and for migrations the right to create and alter them.`,
    { cause: error },
  );
}

/** Whether the error is about a missing table. */
export const isMissingTable = (error: unknown): boolean => driverProblem(error) === 'missingTable';
