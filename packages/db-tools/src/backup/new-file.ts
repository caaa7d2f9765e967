import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { explained, BackupError } from './backup-error.ts';

/**
 * Makes a file that is there whole or not at all: written under another name beside it, for its owner alone, on the disk
 * before it gets its own.
 * @param write fills the file, and makes sure of what is in it; what goes wrong with where that comes from, it has to
 * explain itself
 * @throws BackupError `file_exists` unless it may be replaced
 */
export async function writeNewFile<T>(
  file: string,
  { replaces }: { replaces: boolean },
  write: (path: string) => Promise<T>,
): Promise<T> {
  const path = resolve(file);
  if (!replaces && existsSync(path)) throw exists(path);
  refuseOthers(path);

  const unfinished = `${path}.unfinished-${randomBytes(4).toString('hex')}`;
  return explained(path, async () => {
    try {
      closeSync(openSync(unfinished, 'wx', 0o600));
      const result = await write(unfinished);
      sync(unfinished);
      if (replaces) renameSync(unfinished, path);
      else giveName(unfinished, path);
      sync(dirname(path));
      return result;
    } finally {
      for (const ending of ['', '-journal', '-wal', '-shm']) rmSync(unfinished + ending, { force: true });
    }
  });
}

/** A device, a pipe or a folder is not replaced, whatever is said. */
function refuseOthers(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found || found.isFile()) return;
  throw new BackupError('no_file', `${path} is no file that could be replaced. Name another one.`);
}

/** Makes sure that a file, or the names in a folder, would be there after a power cut. */
export function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A name that somebody else has taken meanwhile stays theirs. */
function giveName(unfinished: string, path: string): void {
  try {
    linkSync(unfinished, path);
  } catch {
    if (existsSync(path)) throw exists(path);
    // Not every file system knows second names.
    renameSync(unfinished, path);
  }
}

const exists = (path: string) =>
  new BackupError('file_exists', `${path} exists already, and was left as it is. To replace it: --force`);
