import { driverProblem, type DriverProblem } from '@latchkey/db/connection';

/** Why data could not be copied, backed up, restored or looked at. */
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

/** What is the case with data or with a file of them, in a sentence for whoever operates it. Holds no password. */
export class BackupError extends Error {
  readonly reason: BackupReason;

  constructor(reason: BackupReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackupError';
    this.reason = reason;
  }
}

/**
 * Runs work on a database or a file, and turns what a driver or the file system throws into a sentence; anything
 * unforeseen stays as it is.
 * @param location what it works on, as a message names it
 */
export async function explained<T>(location: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw backupError(error, location);
  }
}

export function backupError(error: unknown, location: string): unknown {
  if (error instanceof Error && 'reason' in error) return error;
  const problem = driverProblem(error);
  const [reason, sentence] = (problem && sentences[problem]) ?? [];
  if (!reason || !sentence) return error;
  const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
  const message = sentence.replace('LOCATION', () => location).replace('DETAIL', () => detail);
  return new BackupError(reason, message, { cause: error });
}

type Telling = [reason: BackupReason, sentence: string];

const diskFull: Telling = [
  'disk_full',
  'The disk is full at LOCATION. Make room there, and run the command again.',
];

const inUse: Telling = [
  'in_use',
  'LOCATION is locked by another program. Close whatever has it open, and run the command again.',
];

const damaged: Telling = [
  'damaged',
  'LOCATION is damaged (DETAIL). Look with pnpm db doctor, and restore a backup.',
];

const noRights: Telling = ['no_rights', 'The user of LOCATION lacks a right for this: DETAIL'];

const noAnswer: Telling = [
  'connection_lost',
  'The server at LOCATION does not answer any more. When it does, run the command again.',
];

const noFile: Telling = [
  'no_file',
  'LOCATION cannot be opened as a file. Check its name, and that its folder is there.',
];

const sentences: Partial<Record<DriverProblem, Telling>> = {
  diskFull,
  serverDiskFull: diskFull,
  diskFails: [
    'disk_full',
    'LOCATION cannot be read or written (DETAIL). See whether its disk is full, or broken.',
  ],
  fileLocked: inUse,
  rowsLocked: inUse,
  fileDamaged: damaged,
  serverDamaged: damaged,
  noRights,
  wrongPassword: noRights,
  unreachable: noAnswer,
  connectionLost: noAnswer,
  noAccess: [
    'no_access',
    'LOCATION cannot be read or written by this user. Give it the right to, for the file and its folder.',
  ],
  noFile,
  cannotOpen: noFile,
  doesNotFit: ['does_not_fit', 'A row does not fit in LOCATION: DETAIL'],
};
