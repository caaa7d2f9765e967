export type DatabaseReason =
  | 'bad_migration'
  | 'bad_url'
  | 'edited_migration'
  | 'failed_migration'
  | 'foreign_tables'
  | 'interrupted_migration'
  | 'last_admin'
  | 'locked'
  | 'newer_schema'
  | 'no_access'
  | 'not_a_database'
  | 'outdated_schema'
  | 'two_heads'
  | 'unknown_database'
  | 'unknown_revision'
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
  const code = codeOf(error);
  const [, reason, sentence] = sentences.find(([codes]) => codes.includes(code)) ?? [];
  if (!reason || !sentence) return error;
  return new DatabaseError(reason, sentence.replace('PLACE', place), { cause: error });
}

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
    ['SQLITE_BUSY', 'SQLITE_LOCKED'],
    'locked',
    'PLACE is locked by another program. Close whatever has it open, then start again.',
  ],
  [
    ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN', 'ECONNRESET'],
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
];

/** Drivers and ORMs wrap each other's errors: the first code found going inwards counts. */
function codeOf(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const { code } = inner as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return '';
}

/** Whether a driver complains that there is no such table: PostgreSQL's undefined_table, MySQL's number, SQLite's words. */
export function isMissingTable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ['42P01', 'ER_NO_SUCH_TABLE'].includes(codeOf(error)) || error.message.startsWith('no such table');
}
