import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { explainErrors, BackupError } from './backup-error.ts';

/**
 * Writes a file atomically: under a temporary name in the same folder, readable only by its owner, and synced to disk before
 * it gets its name.
 * @param write writes and verifies the file; it has to explain errors of its source itself
 * @throws BackupError `file_exists` unless it may be replaced, `no_file`, `disk_full`, `no_access`
 */
export async function writeNewFile<T>(
  file: string,
  { replaces }: { replaces: boolean },
  write: (path: string) => Promise<T>,
): Promise<T> {
  const path = resolve(file);
  if (!replaces && existsSync(path)) throw fileExists(path);
  requireRegularFile(path);

  const unfinished = `${path}.unfinished-${randomBytes(4).toString('hex')}`;
  return explainErrors(path, async () => {
    try {
      closeSync(openSync(unfinished, 'wx', 0o600));
      const result = await write(unfinished);
      syncToDisk(unfinished);
      if (replaces) renameSync(unfinished, path);
      else linkName(unfinished, path);
      syncToDisk(dirname(path));
      return result;
    } finally {
      for (const ending of ['', '-journal', '-wal', '-shm']) rmSync(unfinished + ending, { force: true });
    }
  });
}

/** A device, a pipe or a folder is never replaced. */
function requireRegularFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found || found.isFile()) return;
  throw new BackupError(
    'no_file',
    `${path} is not a regular file, so it cannot be replaced. Choose another name.`,
  );
}

/** Syncs a file, or the names in a folder, so that they survive a power failure. */
export function syncToDisk(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Does not replace a file that was created meanwhile. */
function linkName(unfinished: string, path: string): void {
  try {
    linkSync(unfinished, path);
  } catch {
    if (existsSync(path)) throw fileExists(path);
    // Some file systems do not support hard links.
    renameSync(unfinished, path);
  }
}

const fileExists = (path: string) =>
  new BackupError('file_exists', `${path} already exists, and was not changed. To replace it: --force`);
