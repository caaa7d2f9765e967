import { takeLock } from './lock.mjs';
import { buildWhatIsStale } from './build.mjs';
import { installDependencies } from './install.mjs';

/**
 * Installs and builds what is missing or stale. Two that do so in the same clone come one after the other.
 *
 * @param {import('./clone.mjs').Clone} clone
 * @param {{ stop: import('./stop.mjs').Stop, isVerbose: boolean }} options
 */
export function setUp(clone, { stop, isVerbose }) {
  return underLock(
    clone,
    { name: 'setup', reason: 'Another process is installing or building here', stop },
    async (lock) => {
      const work = { stop, isVerbose, onStart: lock.setWorker };
      await installDependencies(clone, work);
      await buildWhatIsStale(clone, work);
    },
  );
}

/**
 * @template T
 * @param {import('./clone.mjs').Clone} clone
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.reason what to tell somebody who has to wait
 * @param {import('./stop.mjs').Stop} options.stop
 * @param {(lock: import('./lock.mjs').Lock) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function underLock(clone, { name, reason, stop }, work) {
  const lock = await takeLock(clone.stateFolder, name, {
    onWait: ({ pid }) => void process.stderr.write(`${reason} (process ${pid}); waiting for it…\n`),
    onLook: stop.throwIfAsked,
  });
  try {
    return await work(lock);
  } finally {
    lock.release();
  }
}
