import { spawn } from 'node:child_process';
import { join, relative } from 'node:path';

/** From a stop request to SIGTERM, for a server that has not ended by then. */
const SIGTERM_AFTER_MS = 2_000;
const SIGKILL_AFTER_MS = 15_000;

/**
 * Runs the server until it ends, by itself or on a stop request. The server prints the ready line.
 *
 * @param {import('./clone.mjs').Clone} clone
 * @param {object} options
 * @param {import('./stop-request.mjs').StopRequest} options.stop
 * @param {NodeJS.ProcessEnv} options.env
 * @returns {Promise<number>} the exit code
 */
export async function serve(clone, { stop, env }) {
  stop.throwIfRequested();
  const server = spawn(clone.node, [relative(clone.root, clone.server)], {
    cwd: clone.root,
    // No messages use the channel. The server ends when it closes, which also happens when this process is killed.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { NODE_COMPILE_CACHE: join(clone.stateFolder, 'compile-cache'), ...env },
  });
  stop.requested.addEventListener('abort', () => endServer(server, stop.requested.reason.reason));
  stop.forced.addEventListener('abort', () => server.kill('SIGKILL'));

  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code, signal) => {
      const reason = explainSignal(signal, stop);
      if (reason) process.stderr.write(`${reason}\n`);
      resolve(exitCode({ code, signal, stop }));
    });
  });
}

/**
 * A signal from the terminal has reached the server too, and a second one could interrupt its shutdown. After such a
 * signal the channel is closed instead, which the server handles in the same way.
 *
 * @param {import('node:child_process').ChildProcess} server
 * @param {import('./user-error.mjs').Stopped['reason']} reason
 */
function endServer(server, reason) {
  if (reason === 'SIGTERM') server.kill('SIGTERM');
  else if (server.connected) server.disconnect();

  // A server that is still loading has no handlers yet.
  setTimeout(() => server.kill('SIGTERM'), SIGTERM_AFTER_MS).unref();
  setTimeout(() => server.kill('SIGKILL'), SIGKILL_AFTER_MS).unref();
}

/**
 * Why a signal has ended the server, which could not say it itself.
 *
 * @param {NodeJS.Signals | null} signal
 * @param {import('./stop-request.mjs').StopRequest} stop
 * @returns {string | null} null if it ended by itself, or as requested
 */
function explainSignal(signal, stop) {
  if (!signal || stop.forced.aborted) return null;
  if (stop.requested.aborted) {
    return signal === 'SIGKILL'
      ? 'The server did not stop in time and was killed. What it has confirmed is stored.'
      : null;
  }
  if (signal === 'SIGKILL') {
    return (
      'The server was killed (SIGKILL): by another program, or by the system because no memory was left, ' +
      'which its log shows (dmesg, journalctl -k). What it has confirmed is stored. Start it again.'
    );
  }
  return `The server was ended by the signal ${signal}. What it has confirmed is stored. Start it again.`;
}

/** @param {{ code: number | null, signal: NodeJS.Signals | null, stop: import('./stop-request.mjs').StopRequest }} end */
function exitCode({ code, signal, stop }) {
  if (stop.forced.aborted) return 130;
  if (stop.requested.aborted && signal !== 'SIGKILL') return code ?? 0;
  return code ?? 1;
}
