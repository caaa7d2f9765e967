import { spawnSync } from 'node:child_process';
import { closeSync, constants, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Lock
 * @property {number} descriptor a child process that inherits this file descriptor holds the lock as well
 * @property {() => void} release
 */

const RETRY_MS = 100;
/** Flag of open(2) on macOS and the BSDs. Node has no constant for it. */
const O_EXLOCK = 0x20;
/** Exit code of flock(1) when another process holds the lock. */
const IS_LOCKED = 1;

/**
 * Waits until this process holds the named lock of a folder.
 *
 * It is a lock of the operating system, flock(2). The kernel releases it when the last process that has inherited the
 * descriptor ends, including after SIGKILL, so a lock is never stale and does not depend on process ids.
 *
 * @param {string} folder
 * @param {string} name
 * @param {object} [options]
 * @param {(pid: string) => void} [options.onWait] called once with the holder's process id, if the lock is taken
 * @param {() => void} [options.throwIfStopped] called before every attempt; an error ends the wait
 * @returns {Promise<Lock>}
 */
export async function acquireLock(folder, name, { onWait = () => {}, throwIfStopped = () => {} } = {}) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.lock`);

  for (let isReported = false; ;) {
    throwIfStopped();
    const descriptor = process.platform === 'linux' ? openAndFlock(file) : openExclusively(file);
    if (descriptor !== undefined) {
      ftruncateSync(descriptor);
      writeSync(descriptor, String(process.pid), 0);
      return { descriptor, release: () => closeSync(descriptor) };
    }
    // A process that has just taken the lock may not have written its id yet.
    const holder = isReported ? '' : readFileSync(file, 'utf8');
    if (holder !== '') {
      isReported = true;
      onWait(holder);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/**
 * Linux has no open(2) flag that locks. flock(1) locks the open file that it inherits, which is ours.
 *
 * @param {string} file
 * @returns {number | undefined} undefined when another process holds the lock
 */
function openAndFlock(file) {
  const descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT);
  const { status, error, stderr } = spawnSync('flock', ['-x', '-n', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', descriptor],
    encoding: 'utf8',
  });
  if (status === IS_LOCKED) {
    closeSync(descriptor);
    return undefined;
  }
  if (status !== 0) {
    const reason = error?.message ?? stderr.trim();
    process.stderr.write(`Cannot lock ${file} (${reason}). Do not run two commands here at the same time.\n`);
  }
  return descriptor;
}

/**
 * @param {string} file
 * @returns {number | undefined} undefined when another process holds the lock
 */
function openExclusively(file) {
  try {
    return openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EAGAIN') return undefined;
    throw error;
  }
}
