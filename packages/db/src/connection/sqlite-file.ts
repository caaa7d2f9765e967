import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { withRetries } from './with-retries.ts';

/** The file of a SQLite database; null for one on a server. */
export const sqlitePath = (url: string): string | null =>
  url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : null;

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

/**
 * Sets up the file and the connection. When the last connection is closed, SQLite moves the log into the database and
 * deletes it: then the file is all there is. Whoever moved it before would keep writers out while somebody still reads.
 */
export async function prepareSqlite(orm: MikroORM): Promise<void> {
  // Readers and the writer do not wait for each other. That is a matter of the file, and stays with it.
  await runPragma(orm, 'journal_mode = wal');
  // Reads once. A connection that has never read does not know of the log, and leaves it behind when it is closed.
  await runPragma(orm, 'schema_version');
  await prepareConnection(orm);
}

/** Sets up the connection alone, and leaves the file as it is. */
export async function prepareConnection(orm: MikroORM): Promise<void> {
  for (const pragma of ofConnection) await runPragma(orm, pragma);
}

const ofConnection = [
  // With `normal`, a power cut may lose the last commits of a WAL database; what was acknowledged has to stay.
  'synchronous = full',
  // After so many pages (4 MB) whoever commits moves them from the log to the database; no reader waits for it.
  'wal_autocheckpoint = 1000',
  // A long reader makes the log grow. What it does not need any more it gives back.
  'journal_size_limit = 67108864',
];

/** Whoever changes to the write-ahead log has the file for itself, for a moment. */
const runPragma = (orm: MikroORM, pragma: string) =>
  withRetries(() => orm.em.getConnection().execute(`pragma ${pragma}`));
