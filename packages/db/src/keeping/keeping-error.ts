/** Why data could not be copied, backed up, restored or looked at. */
export type KeepingReason =
  | 'another_source'
  | 'connection_lost'
  | 'damaged'
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
export class KeepingError extends Error {
  readonly reason: KeepingReason;

  constructor(reason: KeepingReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KeepingError';
    this.reason = reason;
  }
}

/**
 * Runs work on a database or a file, and turns what a driver or the file system throws into a sentence; anything
 * unforeseen stays as it is.
 * @param place what it works on, as a message names it
 */
export async function explained<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw keepingError(error, place);
  }
}

export function keepingError(error: unknown, place: string): unknown {
  if (error instanceof Error && 'reason' in error) return error;
  const code = codeOf(error);
  const [, reason, sentence] = sentences.find(([codes]) => codes.includes(code)) ?? [];
  if (!reason || !sentence) return error;
  const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
  const message = sentence.replace('PLACE', () => place).replace('DETAIL', () => detail);
  return new KeepingError(reason, message, { cause: error });
}

const sentences: [codes: string[], reason: KeepingReason, sentence: string][] = [
  [
    ['ENOSPC', 'EDQUOT', 'SQLITE_FULL', '53100', 'ER_DISK_FULL', 'ER_RECORD_FILE_FULL'],
    'disk_full',
    'The disk is full at PLACE. Make room there, and run the command again.',
  ],
  [
    ['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_BUSY_SNAPSHOT', '55P03', 'ER_LOCK_WAIT_TIMEOUT'],
    'in_use',
    'PLACE is locked by another program. Close whatever has it open, and run the command again.',
  ],
  [
    ['SQLITE_NOTADB', 'SQLITE_CORRUPT', 'SQLITE_CORRUPT_INDEX', 'XX001', 'XX002'],
    'damaged',
    'PLACE is damaged (DETAIL). Look with pnpm db doctor, and restore a backup.',
  ],
  [
    [
      '42501',
      'ER_DBACCESS_DENIED_ERROR',
      'ER_TABLEACCESS_DENIED_ERROR',
      'ER_SPECIFIC_ACCESS_DENIED_ERROR',
      'ER_ACCESS_DENIED_ERROR',
    ],
    'no_rights',
    'The user of PLACE lacks a right for this: DETAIL',
  ],
  [
    [
      'ECONNREFUSED',
      'ECONNRESET',
      'EPIPE',
      'ETIMEDOUT',
      'PROTOCOL_CONNECTION_LOST',
      '57P01',
      '57P02',
      '57P03',
      '08006',
    ],
    'connection_lost',
    'The server at PLACE does not answer any more. When it does, run the command again.',
  ],
  [
    ['EACCES', 'EPERM', 'EROFS', 'SQLITE_READONLY', 'SQLITE_READONLY_DIRECTORY'],
    'no_access',
    'PLACE cannot be read or written by this user. Give it the right to, for the file and its folder.',
  ],
  [
    ['ENOENT', 'ENOTDIR', 'EISDIR', 'SQLITE_CANTOPEN'],
    'no_file',
    'PLACE cannot be opened as a file. Check its name, and that its folder is there.',
  ],
  [
    ['22001', '22003', '22021', '22P02', '23502', '23503', '23505', '23514'],
    'does_not_fit',
    'A row does not fit in PLACE: DETAIL',
  ],
  [
    [
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
    'does_not_fit',
    'A row does not fit in PLACE: DETAIL',
  ],
];

/** Drivers and ORMs wrap each other's errors: the first code found going inwards counts. */
function codeOf(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const { code } = inner as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return '';
}
