import { driverProblem, type DriverProblem } from '@latchkey/db/connection';
import { UserImportError } from '../user-import-error.ts';

/** Converts a driver's error to a UserImportError `source_database`. Returns an unforeseen error unchanged. */
export function explainSourceError(error: unknown, location: string): unknown {
  const problem = driverProblem(error);
  const sentence = problem && sentences[problem];
  if (!sentence) return error;
  return new UserImportError(
    'source_database',
    sentence.replace('LOCATION', () => location),
    { cause: error },
  );
}

const notReadable =
  'LOCATION cannot be read. Copy it, with its -wal and -shm files, to a folder that you can write to.';
const noAnswer = 'No database server answers at LOCATION. Check host and port in --source.';

const sentences: Partial<Record<DriverProblem, string>> = {
  notADatabase: 'LOCATION is not a SQLite database, or is damaged.',
  fileDamaged: 'LOCATION is not a SQLite database, or is damaged.',
  noAccess: notReadable,
  cannotOpen: notReadable,
  fileLocked: 'LOCATION is locked by another program.',
  unreachable: noAnswer,
  connectionLost: noAnswer,
  wrongPassword: 'The server at LOCATION refuses this user or password. Check both in --source.',
  noRights: 'This user does not have permission to read the tables at LOCATION.',
  unknownDatabase: 'The server has no database LOCATION. Check the name in --source.',
};
