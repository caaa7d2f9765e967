import { spawn } from 'node:child_process';
import { join, relative } from 'node:path';

/** How long a server that was asked to end may take before it is asked again, and before it is ended. */
const ASK_AGAIN_MS = 2_000;
const DRAIN_MS = 15_000;

/**
 * Serves the app until it ends or is asked to. The server prints what there is to say.
 *
 * @param {import('./clone.mjs').Clone} clone
 * @param {object} options
 * @param {import('./stop.mjs').Stop} options.stop
 * @param {NodeJS.ProcessEnv} options.env
 * @returns {Promise<number>} the exit code
 */
export async function serve(clone, { stop, env }) {
  stop.throwIfAsked();
  const server = spawn(clone.node, [relative(clone.root, clone.server)], {
    cwd: clone.root,
    // The channel carries no messages. It tells the server when we are gone, however we went.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { NODE_COMPILE_CACHE: join(clone.stateFolder, 'compile-cache'), ...env },
  });
  stop.asked.addEventListener('abort', () => askToEnd(server, stop.asked.reason.reason));
  stop.insisted.addEventListener('abort', () => server.kill('SIGKILL'));

  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code, signal) => resolve(exitCode({ code, signal, stop })));
  });
}

/**
 * A signal of the terminal has reached the server already, and a second one might cut its work short. So for those it
 * is the channel that closes, which means the same.
 *
 * @param {import('node:child_process').ChildProcess} server
 * @param {import('./user-error.mjs').Stopped['reason']} reason
 */
function askToEnd(server, reason) {
  if (reason === 'SIGTERM') server.kill('SIGTERM');
  else if (server.connected) server.disconnect();

  // For a server that was too young to hear it.
  setTimeout(() => server.kill('SIGTERM'), ASK_AGAIN_MS).unref();
  setTimeout(() => server.kill('SIGKILL'), DRAIN_MS).unref();
}

/** @param {{ code: number | null, signal: NodeJS.Signals | null, stop: import('./stop.mjs').Stop }} end */
function exitCode({ code, signal, stop }) {
  if (stop.insisted.aborted) return 130;
  if (stop.asked.aborted && signal !== 'SIGKILL') return code ?? 0;
  return code ?? 1;
}
