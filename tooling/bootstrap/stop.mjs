import { basename } from 'node:path';
import { commandLineOf, parentOf } from './process-identity.mjs';
import { Stopped } from './user-error.mjs';

/** One Ctrl-C arrives several times: the terminal sends it to everybody, and npm passes on what it gets itself. */
const SAME_KEYPRESS_MS = 500;
const LOOK_FOR_LAUNCHERS_MS = 500;
const SHELL = /^(sh|dash|bash|ash|busybox|ksh|zsh)$/;
const PACKAGE_MANAGER = /^(npm|pnpm)(-cli)?(\.[cm]?js)?$/;

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
  watchLaunchers(() => hear('orphaned'));

  return {
    asked: asked.signal,
    insisted: insisted.signal,
    throwIfAsked: () => asked.signal.throwIfAborted(),
  };
}

/**
 * npm passes its signals to the shell between us, which keeps them for itself, and passes on nothing when it is
 * killed; pnpm is two processes, the outer of which passes on nothing at all. So being run by one of them, we look
 * whether all of it is still there.
 *
 * @param {() => void} onGone
 */
function watchLaunchers(onGone) {
  if (!process.env.npm_lifecycle_event) return;
  const launchers = launchersOf(process.ppid);
  const areThere = () =>
    process.ppid === launchers[0] &&
    launchers.slice(1).every((launcher, index) => parentOf(launchers[index] ?? 0) === launcher);

  const looks = setInterval(() => {
    if (areThere()) return;
    clearInterval(looks);
    onGone();
  }, LOOK_FOR_LAUNCHERS_MS);
  looks.unref();
}

/**
 * The process that started us, and beyond it whatever belongs to the package manager. Nobody else: npm may well have
 * been started to outlive its terminal.
 *
 * @param {number} first
 * @returns {number[]}
 */
function launchersOf(first) {
  const launchers = [first];
  let next = parentOf(first);
  if (SHELL.test(programOf(first)) && next > 0) {
    launchers.push(next);
    next = parentOf(next);
  }
  for (; PACKAGE_MANAGER.test(programOf(next)); next = parentOf(next)) launchers.push(next);
  return launchers;
}

/**
 * The name of a program; of a script that Node runs, the script's.
 *
 * @param {number} pid
 */
function programOf(pid) {
  const [program = '', script = ''] = commandLineOf(pid).map((word) => basename(word));
  return program === 'node' ? script : program;
}
