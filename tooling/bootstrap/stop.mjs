import { Stopped } from './problem.mjs';
import { parentOf } from './living.mjs';

/** One Ctrl-C arrives several times: the terminal sends it to everybody, and npm passes on what it gets itself. */
const SAME_KEYPRESS_MS = 500;
const LOOK_FOR_PARENT_MS = 500;
const SHELLS = new Set(['sh', 'dash', 'bash', 'ash', 'busybox', 'ksh', 'zsh']);

/**
 * @typedef {object} Stop
 * @property {AbortSignal} asked somebody wants us to end; its reason is a `Stopped`
 * @property {AbortSignal} insisted they pressed Ctrl-C again: end at once
 * @property {() => void} throwIfAsked
 */

/**
 * Hears every wish that this process ends: Ctrl-C, a signal, the terminal closing, the npm that started us dying.
 *
 * @param {object} [world] what tests put in its place
 * @param {NodeJS.EventEmitter} [world.signals]
 * @param {() => number} [world.now] milliseconds
 * @returns {Stop}
 */
export function listenForStop({ signals = process, now = Date.now } = {}) {
  const asked = new AbortController();
  const insisted = new AbortController();
  let askedAt = 0;

  /** @param {Stopped['reason']} reason */
  function hear(reason) {
    if (!asked.signal.aborted) {
      askedAt = now();
      asked.abort(new Stopped(reason));
    } else if (reason === 'SIGINT' && now() - askedAt > SAME_KEYPRESS_MS) {
      insisted.abort(new Stopped(reason));
    }
  }

  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    signals.on(signal, () => hear(signal));
  }
  watchParent(() => hear('orphaned'));

  return {
    asked: asked.signal,
    insisted: insisted.signal,
    throwIfAsked: () => asked.signal.throwIfAborted(),
  };
}

/**
 * npm passes its signals to the shell between us, which keeps them for itself, and passes on nothing when it is
 * killed. So being run by npm, we look whether it is still there.
 *
 * @param {() => void} onGone
 */
function watchParent(onGone) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  // Beyond npm itself nobody is watched: it may well have been started to outlive its terminal.
  const isShellBetween = SHELLS.has(parentOf(parent).name);
  const grandparent = parentOf(parent).parent;

  const looks = setInterval(() => {
    if (process.ppid === parent && (!isShellBetween || parentOf(parent).parent === grandparent)) return;
    clearInterval(looks);
    onGone();
  }, LOOK_FOR_PARENT_MS);
  looks.unref();
}
