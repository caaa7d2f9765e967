import { setTimeout } from 'node:timers/promises';
import { BackupError } from './backup-error.ts';

const timeoutMs = 2000;

/**
 * Waits until no other client is connected to a database. A server lists a closed connection for a moment.
 * @param isInUse queries the server for other connections
 * @throws BackupError `in_use`
 */
export async function requireExclusive(database: string, isInUse: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (await isInUse()) {
    if (Date.now() > end) throw inUseError(database);
    await setTimeout(100);
  }
}

export const inUseError = (database: string): BackupError =>
  new BackupError(
    'in_use',
    `Other clients are connected to ${database}, and their writes would be lost. Nothing was changed. ` +
      'Stop the application, and restore again.',
  );
