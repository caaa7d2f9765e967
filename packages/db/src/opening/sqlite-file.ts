import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { retrying } from '../retrying.ts';

/** Makes a file and its folder when they are missing, readable by their owner alone. */
export function makeFile(path: string): void {
  if (path === ':memory:') return;
  makeFolder(dirname(path));
  closeSync(openSync(path, 'a', 0o600));
}

/** One folder after the other: Node's recursive way does not come to an end on file systems like /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process that starts at the same time may have been quicker.
    if (!existsSync(path)) throw error;
  }
}

const pragmas = [
  // Readers and the writer do not wait for each other.
  'journal_mode = wal',
  // With `normal`, a power cut may lose the last commits of a WAL database; what was acknowledged has to stay.
  'synchronous = full',
  // After so many pages (4 MB) whoever commits moves them from the log to the database; no reader waits for it.
  'wal_autocheckpoint = 1000',
  // A long reader makes the log grow. What it does not need any more it gives back.
  'journal_size_limit = 67108864',
];

export async function prepareSqlite(orm: MikroORM): Promise<void> {
  // Whoever changes to the write-ahead log has the file for itself, for a moment.
  for (const pragma of pragmas) await retrying(() => orm.em.getConnection().execute(`pragma ${pragma}`));
}

/** Moves the log into the database. The last one who closes it deletes the empty log: then the file is all there is. */
export async function checkpoint(orm: MikroORM): Promise<void> {
  // Somebody who still reads keeps it from happening; then it happens later.
  await orm.em
    .getConnection()
    .execute('pragma wal_checkpoint(truncate)')
    .catch(() => undefined);
}
