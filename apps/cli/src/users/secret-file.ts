import { existsSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CommandError } from '../command-error.ts';

/**
 * Writes a file that its owner alone may read. It has its name only once it is whole: what breaks off, by Ctrl-C too,
 * leaves nothing behind.
 * @throws CommandError when there is such a file and it is not to be replaced, or it cannot be written
 */
export async function writeSecretFile(
  name: string,
  pieces: AsyncIterable<string>,
  { replaces }: { replaces: boolean },
): Promise<void> {
  const path = resolve(name);
  if (existsSync(path) && !replaces) throw new CommandError(`${name} is there already. --force replaces it.`);

  const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  const stopWatching = removeWhenInterrupted(unfinished);
  try {
    const file = await open(unfinished, 'wx', 0o600);
    await pipeline(pieces, file.createWriteStream({ flush: true }));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw explained(error, name);
  } finally {
    stopWatching();
  }
}

/** @returns what ends the watch */
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
    EACCES: 'this user may not write there',
    EPERM: 'this user may not write there',
    EROFS: 'nothing can be written there',
    ENOENT: 'there is no such folder',
    ENOTDIR: 'there is no such folder',
    EISDIR: 'it is a folder',
    ENOSPC: 'there is no room left',
  }[String(code)];
  return problem ? new CommandError(`${name} cannot be written: ${problem}.`, { cause: error }) : error;
}
