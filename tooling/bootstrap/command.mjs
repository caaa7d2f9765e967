import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SUPERVISOR = fileURLToPath(new URL('child-supervisor.mjs', import.meta.url));
const KEPT_CHARACTERS = 20_000;

/**
 * @typedef {object} Outcome
 * @property {number} code the command's exit code
 * @property {string} output the last part of what it wrote, if it was kept
 *
 * @typedef {object} CommandOptions
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {string} node the Node that watches over the command; nothing may replace it meanwhile
 * @property {'direct' | 'keep' | 'echo'} output whether what it writes goes straight to where ours goes, or is kept
 *   for the outcome, or is kept and shown
 * @property {import('./stop.mjs').Stop} stop ends the command, with all that it started
 * @property {(pid: number) => void} onStart gets the process that lives until all of the command has ended
 *
 * @typedef {Pick<CommandOptions, 'stop' | 'onStart'> & { isVerbose: boolean }} Work how a step of the way runs its commands
 */

/**
 * Runs a command to its end. It asks nothing (it has no input) and does not outlive this process.
 *
 * @param {[string, ...string[]]} command
 * @param {CommandOptions} options
 * @returns {Promise<Outcome>} rejects with `Stopped` once the command has been ended on request
 */
export function runCommand(command, { cwd, env, node, output, stop, onStart }) {
  stop.throwIfAsked();
  const streams = output === 'direct' ? 'inherit' : 'pipe';
  const supervisor = spawn(node, [SUPERVISOR, ...command], {
    cwd,
    env,
    stdio: ['ignore', streams, streams, 'ipc'],
    // A group of its own, so that it is still there when ours is killed, and so that Ctrl-C comes to us alone.
    detached: true,
  });
  if (supervisor.pid) onStart(supervisor.pid);

  let tail = '';
  for (const stream of [supervisor.stdout, supervisor.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      tail = (tail + text).slice(-KEPT_CHARACTERS);
      if (output === 'echo') process.stderr.write(text);
    });
  }
  const letGo = () => void (supervisor.connected && supervisor.disconnect());
  stop.asked.addEventListener('abort', letGo, { once: true });

  return new Promise((resolve, reject) => {
    supervisor.once('error', reject);
    // After we let go of the channel there is no 'close', and the rest of the output is of no interest.
    supervisor.once('exit', () => {
      stop.asked.removeEventListener('abort', letGo);
      if (stop.asked.aborted) reject(stop.asked.reason);
    });
    supervisor.once('close', (code) => resolve({ code: code ?? 1, output: tail }));
  });
}
