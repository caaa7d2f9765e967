import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { withRetries } from './with-retries.ts';

/** Returns the path in the URL of a SQLite database; null for a server. */
export const sqlitePath = (url: string): string | null =>
  url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : null;

/** Creates a missing file and its folder, readable only by their owner. */
export function createFile(path: string): void {
  if (path === ':memory:') return;
  createFolder(dirname(path));
  closeSync(openSync(path, 'a', 0o600));
}

/** Creates folders one by one: Node's recursive option does not terminate on file systems like /proc. */
function createFolder(path: string): void {
  if (existsSync(path)) return;
  createFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have created it at the same time.
    if (!existsSync(path)) throw error;
  }
}

/**
 * Configures the file and the connection. No checkpoint is needed at the end: when the last connection is closed, SQLite
 * moves the write-ahead log into the database file and deletes it. An explicit checkpoint would block writers while
 * another connection reads.
 */
export async function prepareSqlite(orm: MikroORM): Promise<void> {
  // In WAL mode, readers and the writer do not block each other. The mode is stored in the file.
  await runPragma(orm, 'journal_mode = wal');
  // A connection that has never read does not delete the log when it is closed.
  await runPragma(orm, 'schema_version');
  await prepareConnection(orm);
}

/** Configures the connection without changing the file. */
export async function prepareConnection(orm: MikroORM): Promise<void> {
  for (const pragma of connectionPragmas) await runPragma(orm, pragma);
}

const connectionPragmas = [
  // With `normal`, a WAL database can lose the last commits in a power failure.
  'synchronous = full',
  // After 1000 pages (4 MB), a commit moves them from the log to the database. It does not block readers.
  'wal_autocheckpoint = 1000',
  // Long-running readers make the log grow. It is truncated to this size afterwards.
  'journal_size_limit = 67108864',
];

/** With retries, because switching to WAL mode needs an exclusive lock. */
const runPragma = (orm: MikroORM, pragma: string) =>
  withRetries(() => orm.em.getConnection().execute(`pragma ${pragma}`));
