import { existsSync } from 'node:fs';
import type { Database } from '../database.ts';
import { DatabaseError } from '../database-error.ts';
import { openDatabase, type OpenOptions } from './open-database.ts';
import { sqlitePath } from './sqlite-file.ts';

/**
 * Opens a database, and does not create a missing SQLite file: a typo in its name is an error.
 * @throws DatabaseError `unknown_database`, and as `openDatabase` does
 */
export async function openExistingDatabase(url: string, options?: OpenOptions): Promise<Database> {
  const path = sqlitePath(url);
  if (path !== null && path !== ':memory:' && !existsSync(path)) {
    throw new DatabaseError(
      'unknown_database',
      `There is no database ${path}. Check the name; to create one: pnpm db upgrade`,
    );
  }
  return openDatabase(url, options);
}
