import { Stopped } from './user-error.mjs';
import { watchLaunchers } from './watch-launchers.mjs';

/** One Ctrl-C arrives more than once: from the terminal, and from npm, which forwards its own. */
const SAME_KEYPRESS_MS = 500;

/**
 * @typedef {object} StopRequest
 * @property {AbortSignal} requested aborted when this process should end; the reason is a `Stopped`
 * @property {AbortSignal} forced aborted on a second Ctrl-C: end at once
 * @property {() => void} throwIfRequested
 */

/**
 * Reports every request to end this process: Ctrl-C, a signal, a closed terminal, the death of the npm that started it.
 *
 * @param {object} [environment] replaced in tests
 * @param {NodeJS.EventEmitter} [environment.signals]
 * @param {() => number} [environment.now] milliseconds
 * @returns {StopRequest}
 */
export function listenForStopRequests({ signals = process, now = Date.now } = {}) {
  const requested = new AbortController();
  const forced = new AbortController();
  let requestedAt = 0;

  /** @param {Stopped['reason']} reason */
  function handle(reason) {
    if (!requested.signal.aborted) {
      requestedAt = now();
      requested.abort(new Stopped(reason));
    } else if (reason === 'SIGINT' && now() - requestedAt > SAME_KEYPRESS_MS) {
      forced.abort(new Stopped(reason));
    }
  }

  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    signals.on(signal, () => handle(signal));
  }
  watchLaunchers(() => handle('orphaned'));

  return {
    requested: requested.signal,
    forced: forced.signal,
    throwIfRequested: () => requested.signal.throwIfAborted(),
  };
}
