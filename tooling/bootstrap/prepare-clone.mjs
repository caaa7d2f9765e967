import { buildWebApp } from './build.mjs';
import { installDependencies } from './install.mjs';
import { acquireLock } from './lock.mjs';

/**
 * Installs and builds what is missing or stale. A second process in the same clone waits for the first.
 *
 * @param {import('./clone.mjs').Clone} clone
 * @param {{ stop: import('./stop-request.mjs').StopRequest, isVerbose: boolean }} options
 */
export function prepareClone(clone, { stop, isVerbose }) {
  return withLock(clone, { name: 'setup', activity: 'installing or building', stop }, async (lock) => {
    await installDependencies(clone, { stop, isVerbose, lock });
    await buildWebApp(clone, { stop, isVerbose, lock });
  });
}

/**
 * @template T
 * @param {import('./clone.mjs').Clone} clone
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.activity of the process that holds the lock, for the message while waiting
 * @param {import('./stop-request.mjs').StopRequest} options.stop
 * @param {(lock: import('./lock.mjs').Lock) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(clone, { name, activity, stop }, work) {
  const lock = await acquireLock(clone.stateFolder, name, {
    onWait: (pid) => void process.stderr.write(`Waiting for process ${pid}, which is ${activity} here…\n`),
    throwIfStopped: stop.throwIfRequested,
  });
  try {
    return await work(lock);
  } finally {
    lock.release();
  }
}
