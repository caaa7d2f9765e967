import { driverProblem, type DriverProblem } from '@latchkey/db/connection';

/** Why another system's database cannot be read, in a sentence. Holds no password. */
export class SourceDatabaseError extends Error {
  readonly reason = 'source_database';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SourceDatabaseError';
  }
}

/** Turns what a driver throws into a sentence; anything unforeseen stays as it is. */
export function sourceError(error: unknown, place: string): unknown {
  const problem = driverProblem(error);
  const sentence = problem && sentences[problem];
  if (!sentence) return error;
  return new SourceDatabaseError(
    sentence.replace('PLACE', () => place),
    { cause: error },
  );
}

const notReadable =
  'PLACE cannot be read. Copy it, with the files beside it that end in -wal and -shm, to a folder of yours.';
const noAnswer = 'No database server answers at PLACE. Check host and port in --source.';

const sentences: Partial<Record<DriverProblem, string>> = {
  fileDamaged: 'PLACE is not a SQLite database, or a damaged one.',
  noAccess: notReadable,
  cannotOpen: notReadable,
  fileLocked: 'PLACE is locked by another program.',
  unreachable: noAnswer,
  connectionLost: noAnswer,
  wrongPassword: 'The server at PLACE refuses this user or password. Check both in --source.',
  noRights: 'This user may not read the tables at PLACE.',
  unknownDatabase: 'The server answers, and has no database PLACE. Check the name in --source.',
};
