// Runs one command for a bootstrap process, and ends it when that process lets go of the channel or dies in any way,
// SIGKILL included. Usage: node guard.mjs COMMAND ARGUMENTS…, with an IPC channel.
import { spawn } from 'node:child_process';

const GRACE_MS = 3_000;
const COMMAND_NOT_FOUND = 127;

// Its own process group: what the command starts can be ended with it, and a Ctrl-C comes to it only through us.
const [command = '', ...commandArguments] = process.argv.slice(2);
const child = spawn(command, commandArguments, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });

child.on('error', (error) => {
  process.stderr.write(`${command}: ${error.message}\n`);
  process.exit(COMMAND_NOT_FOUND);
});
child.on('exit', (code, signal) => {
  // Ended on request: nothing that it started may outlive it.
  if (!process.connected) endGroup('SIGKILL');
  process.exit(code ?? (signal ? 1 : 0));
});

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  // A terminal's Ctrl-C comes here too; the bootstrap decides what it means.
  process.on(signal, () => {});
}

process.on('disconnect', end);
if (!process.connected) end();

function end() {
  endGroup('SIGTERM');
  setTimeout(() => {
    endGroup('SIGKILL');
    process.exit(1);
  }, GRACE_MS);
}

/** @param {NodeJS.Signals} signal */
function endGroup(signal) {
  if (!child.pid) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Everything in it has ended already.
  }
}
