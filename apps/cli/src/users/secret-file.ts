import { existsSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CommandError } from '../command-error.ts';

/**
 * Writes a file that only its owner can read. It gets its name when it is complete: an error or Ctrl-C leaves no file.
 * @throws CommandError when the file exists and must not be replaced, or cannot be written
 */
export async function writeSecretFile(
  name: string,
  pieces: AsyncIterable<string>,
  { replaces }: { replaces: boolean },
): Promise<void> {
  const path = resolve(name);
  if (existsSync(path) && !replaces) throw new CommandError(`${name} already exists. --force replaces it.`);

  const incomplete = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  const stopWatching = removeWhenInterrupted(incomplete);
  try {
    const file = await open(incomplete, 'wx', 0o600);
    await pipeline(pieces, file.createWriteStream({ flush: true }));
    await rename(incomplete, path);
  } catch (error) {
    await rm(incomplete, { force: true });
    throw explained(error, name);
  } finally {
    stopWatching();
  }
}

/** @returns a function that stops it */
function removeWhenInterrupted(path: string): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const remove = (signal: NodeJS.Signals) => {
    rmSync(path, { force: true });
    stop();
    process.kill(process.pid, signal);
  };
  const stop = () => {
    for (const signal of signals) process.off(signal, remove);
  };
  for (const signal of signals) process.on(signal, remove);
  return stop;
}

function explained(error: unknown, name: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  const problem = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOENT: 'the folder does not exist',
    ENOTDIR: 'the folder does not exist',
    EISDIR: 'it is a folder',
    ENOSPC: 'the disk is full',
  }[String(code)];
  return problem ? new CommandError(`${name} cannot be written: ${problem}.`, { cause: error }) : error;
}
