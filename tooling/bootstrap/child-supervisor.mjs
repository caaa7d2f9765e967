// Runs one command for a bootstrap process and ends it when that process closes the IPC channel or dies, even when its
// whole process group is killed. Usage: node child-supervisor.mjs COMMAND ARGUMENT…, with an IPC channel, as the leader
// of a new process group.
import { spawn } from 'node:child_process';

const GRACE_MS = 3_000;
const COMMAND_NOT_FOUND = 127;

// Signals to the group are for the command. The supervisor stays until the command has ended.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => {});

const [command = '', ...commandArguments] = process.argv.slice(2);
const child = spawn(command, commandArguments, { stdio: ['ignore', 'inherit', 'inherit'] });

child.on('error', (error) => {
  process.stderr.write(`${command}: ${error.message}\n`);
  process.exit(COMMAND_NOT_FOUND);
});
child.on('exit', (code) => {
  // After a stop request, processes that the command started must not outlive it.
  if (!process.connected) killGroup();
  process.exit(code ?? 1);
});

process.on('disconnect', endGroup);
if (!process.connected) endGroup();

function endGroup() {
  process.kill(-process.pid, 'SIGTERM');
  setTimeout(killGroup, GRACE_MS);
}

/** The group includes this process. */
function killGroup() {
  process.kill(-process.pid, 'SIGKILL');
}
