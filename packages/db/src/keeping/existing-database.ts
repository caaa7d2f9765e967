import { existsSync } from 'node:fs';
import type { Database } from '../database.ts';
import { openDatabase, type OpenOptions } from '../open-database.ts';
import { KeepingError } from './keeping-error.ts';

/**
 * Opens a database that is there: a SQLite file that is not is not made.
 * @throws KeepingError `no_file`; DatabaseError as `openDatabase` does
 */
export async function openExisting(url: string, options?: OpenOptions): Promise<Database> {
  const path = sqlitePath(url);
  if (path !== null && path !== ':memory:' && !existsSync(path)) {
    throw new KeepingError(
      'no_file',
      `There is no database ${path}. Check the name; to make one: pnpm db upgrade`,
    );
  }
  return openDatabase(url, options);
}

/** The file of a SQLite database; null for one on a server. */
export const sqlitePath = (url: string): string | null =>
  url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : null;
