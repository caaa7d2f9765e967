/** Why another system's database cannot be read, in a sentence. Holds no password. */
export class ForeignDatabaseError extends Error {
  readonly reason = 'foreign_database';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ForeignDatabaseError';
  }
}

/** Turns what a driver throws into a sentence; anything unforeseen stays as it is. */
export function foreignError(error: unknown, place: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [, sentence] = sentences.find(([codes]) => codes.includes(code)) ?? [];
  if (!sentence) return error;
  return new ForeignDatabaseError(sentence.replace('PLACE', place), { cause: error });
}

const sentences: [codes: string[], sentence: string][] = [
  [['SQLITE_NOTADB', 'SQLITE_CORRUPT'], 'PLACE is not a SQLite database, or a damaged one.'],
  [
    ['SQLITE_CANTOPEN', 'SQLITE_READONLY_DIRECTORY', 'SQLITE_READONLY_CANTINIT', 'EACCES', 'EPERM'],
    'PLACE cannot be read. Copy it, with the files beside it that end in -wal and -shm, to a folder of yours.',
  ],
  [['SQLITE_BUSY', 'SQLITE_LOCKED'], 'PLACE is locked by another program.'],
  [
    [
      'ECONNREFUSED',
      'ENOTFOUND',
      'ETIMEDOUT',
      'EHOSTUNREACH',
      'EAI_AGAIN',
      'ECONNRESET',
      'PROTOCOL_CONNECTION_LOST',
    ],
    'No database server answers at PLACE. Check host and port in --source.',
  ],
  [
    [
      '28P01',
      '28000',
      'ER_ACCESS_DENIED_ERROR',
      'ER_ACCESS_DENIED_NO_PASSWORD_ERROR',
      'ER_DBACCESS_DENIED_ERROR',
    ],
    'The server at PLACE refuses this user or password. Check both in --source.',
  ],
  [['42501', 'ER_TABLEACCESS_DENIED_ERROR'], 'This user may not read the tables at PLACE.'],
  [
    ['3D000', 'ER_BAD_DB_ERROR'],
    'The server answers, and has no database PLACE. Check the name in --source.',
  ],
];
