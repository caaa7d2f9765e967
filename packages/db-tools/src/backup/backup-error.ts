import { driverProblem, type DriverProblem } from '@latchkey/db/connection';

/** Why a copy, backup, restore, reset or examination failed. */
export type BackupReason =
  | 'another_source'
  | 'connection_lost'
  | 'damaged'
  | 'depended_on'
  | 'differs'
  | 'disk_full'
  | 'does_not_fit'
  | 'file_exists'
  | 'in_memory'
  | 'in_use'
  | 'interrupted_copy'
  | 'newer_backup'
  | 'no_access'
  | 'no_file'
  | 'no_rights'
  | 'no_tool'
  | 'not_a_backup'
  | 'not_empty'
  | 'nothing_interrupted'
  | 'orphans'
  | 'other_engine'
  | 'other_version'
  | 'same_database'
  | 'tool_failed';

/** An expected failure with data or a file of data. The message is one sentence or two for operators, without passwords. */
export class BackupError extends Error {
  readonly reason: BackupReason;

  constructor(reason: BackupReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackupError';
    this.reason = reason;
  }
}

/**
 * Runs work on a database or a file, and converts errors of the driver or the file system to a BackupError. Unforeseen
 * errors are rethrown unchanged.
 * @param location the database or file, for messages
 */
export async function explainErrors<T>(location: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toBackupError(error, location);
  }
}

/** Converts an error of a driver or the file system. Returns an unforeseen error unchanged. */
export function toBackupError(error: unknown, location: string): unknown {
  if (error instanceof Error && 'reason' in error) return error;
  const problem = driverProblem(error);
  const [reason, sentence] = (problem && sentences[problem]) ?? [];
  if (!reason || !sentence) return error;
  const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
  const message = sentence.replace('LOCATION', () => location).replace('DETAIL', () => detail);
  return new BackupError(reason, message, { cause: error });
}

type Explanation = [reason: BackupReason, sentence: string];

const diskFull: Explanation = [
  'disk_full',
  'The disk is full at LOCATION. Free space there, and run the command again.',
];

const inUse: Explanation = [
  'in_use',
  'LOCATION is locked by another program. Close that program, and run the command again.',
];

const damaged: Explanation = [
  'damaged',
  'LOCATION is damaged (DETAIL). Examine it with pnpm db doctor, and restore a backup.',
];

const noRights: Explanation = [
  'no_rights',
  'The user of LOCATION does not have the required permission: DETAIL',
];

const noAnswer: Explanation = [
  'connection_lost',
  'The server at LOCATION does not answer. Run the command again when it does.',
];

const noFile: Explanation = [
  'no_file',
  'LOCATION cannot be opened as a file. Check its name, and that its folder exists.',
];

const sentences: Partial<Record<DriverProblem, Explanation>> = {
  diskFull,
  serverDiskFull: diskFull,
  diskFails: [
    'disk_full',
    'LOCATION cannot be read or written (DETAIL). Check whether its disk is full or defective.',
  ],
  serverDiskFails: [
    'disk_full',
    'The server of LOCATION reports an error of its disk (DETAIL). See the log of the server.',
  ],
  fileLocked: inUse,
  rowsLocked: inUse,
  notADatabase: damaged,
  fileDamaged: damaged,
  serverDamaged: damaged,
  noRights,
  wrongPassword: noRights,
  unreachable: noAnswer,
  connectionLost: noAnswer,
  noAccess: [
    'no_access',
    'LOCATION cannot be read or written by this user. Grant access to the file and its folder.',
  ],
  noFile,
  cannotOpen: noFile,
  doesNotFit: ['does_not_fit', 'A row does not fit in LOCATION: DETAIL'],
};
