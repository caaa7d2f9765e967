import { setTimeout } from 'node:timers/promises';
import { BackupError } from './backup-error.ts';

const patienceMs = 2000;

/**
 * Makes sure that nobody else has a database open. A server knows for a moment still of somebody who has just gone.
 * @param areOthers asks the server
 * @throws BackupError `in_use`
 */
export async function requireExclusive(database: string, areOthers: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patienceMs;
  while (await areOthers()) {
    if (Date.now() > end) throw inUse(database);
    await setTimeout(100);
  }
}

export const inUse = (database: string): BackupError =>
  new BackupError(
    'in_use',
    `Others are connected to ${database}, whose writes would be lost. Nothing was changed. ` +
      'Stop the application, and restore again.',
  );
