// Runs one command for a bootstrap process, and ends it when that process lets go of the channel or dies in any way,
// SIGKILL of its whole group included. Usage: node child-supervisor.mjs COMMAND ARGUMENTS…, with an IPC channel, as the leader of
// a process group of its own.
import { spawn } from 'node:child_process';

const GRACE_MS = 3_000;
const COMMAND_NOT_FOUND = 127;

// What ends the group is meant for the command; we stay until it has ended.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => {});

const [command = '', ...commandArguments] = process.argv.slice(2);
const child = spawn(command, commandArguments, { stdio: ['ignore', 'inherit', 'inherit'] });

child.on('error', (error) => {
  process.stderr.write(`${command}: ${error.message}\n`);
  process.exit(COMMAND_NOT_FOUND);
});
child.on('exit', (code) => {
  // Ended on request: nothing that it started may outlive it.
  if (!process.connected) endGroup();
  process.exit(code ?? 1);
});

process.on('disconnect', end);
if (!process.connected) end();

function end() {
  process.kill(-process.pid, 'SIGTERM');
  setTimeout(endGroup, GRACE_MS);
}

/** Everything that is left, and us with it. */
function endGroup() {
  process.kill(-process.pid, 'SIGKILL');
}
