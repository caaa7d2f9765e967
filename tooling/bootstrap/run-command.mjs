import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SUPERVISOR = fileURLToPath(new URL('child-supervisor.mjs', import.meta.url));
const MAX_OUTPUT_CHARACTERS = 20_000;

/**
 * @typedef {object} Outcome
 * @property {number} code the command's exit code
 * @property {string} output the end of the command's output, if it was captured
 *
 * @typedef {object} CommandOptions
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {string} node the Node that runs the supervisor; the command must not replace it
 * @property {'inherit' | 'capture' | 'echo'} output `echo` captures the output and shows it
 * @property {import('./stop-request.mjs').StopRequest} stop ends the command and every process that it started
 * @property {import('./lock.mjs').Lock | undefined} lock held until the command has ended, even if this process dies before
 *
 * @typedef {Pick<CommandOptions, 'stop' | 'lock'> & { isVerbose: boolean }} StepOptions of an installation or build step
 */

/**
 * Runs a command to its end. The command has no standard input and does not outlive this process.
 *
 * @param {[string, ...string[]]} command
 * @param {CommandOptions} options
 * @returns {Promise<Outcome>} rejects with `Stopped` after a stop request, once the command has ended
 */
export function runCommand(command, { cwd, env, node, output, stop, lock }) {
  stop.throwIfRequested();
  const stream = output === 'inherit' ? 'inherit' : 'pipe';
  const supervisor = spawn(node, [SUPERVISOR, ...command], {
    cwd,
    env,
    stdio: ['ignore', stream, stream, 'ipc', ...(lock ? [lock.descriptor] : [])],
    // In its own process group the supervisor survives a SIGKILL to ours, and gets no Ctrl-C from the terminal.
    detached: true,
  });

  let captured = '';
  for (const source of [supervisor.stdout, supervisor.stderr]) {
    source?.setEncoding('utf8').on('data', (text) => {
      captured = (captured + text).slice(-MAX_OUTPUT_CHARACTERS);
      if (output === 'echo') process.stderr.write(text);
    });
  }
  const disconnect = () => void (supervisor.connected && supervisor.disconnect());
  stop.requested.addEventListener('abort', disconnect, { once: true });

  return new Promise((resolve, reject) => {
    supervisor.once('error', reject);
    // After a disconnect Node emits no 'close' event.
    supervisor.once('exit', () => {
      stop.requested.removeEventListener('abort', disconnect);
      if (stop.requested.aborted) reject(stop.requested.reason);
    });
    supervisor.once('close', (code) => resolve({ code: code ?? 1, output: captured }));
  });
}
