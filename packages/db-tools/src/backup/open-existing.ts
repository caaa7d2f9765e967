import { existsSync } from 'node:fs';
import { type Database, openDatabase, type OpenOptions } from '@latchkey/db';
import { sqlitePath } from '@latchkey/db/connection';
import { BackupError } from './backup-error.ts';

/**
 * Opens a database, and does not create a missing SQLite file.
 * @throws BackupError `no_file`; DatabaseError as `openDatabase` does
 */
export async function openExisting(url: string, options?: OpenOptions): Promise<Database> {
  const path = sqlitePath(url);
  if (path !== null && path !== ':memory:' && !existsSync(path)) {
    throw new BackupError(
      'no_file',
      `There is no database ${path}. Check the name; to create one: pnpm db upgrade`,
    );
  }
  return openDatabase(url, options);
}
