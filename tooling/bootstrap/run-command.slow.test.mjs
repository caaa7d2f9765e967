import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { acquireLock } from './lock.mjs';
import { runCommand } from './run-command.mjs';
import { listenForStopRequests } from './stop-request.mjs';
import { Stopped } from './user-error.mjs';

const node = process.execPath;
const options = {
  cwd: '.',
  env: process.env,
  node,
  output: /** @type {const} */ ('capture'),
  lock: undefined,
};
/** A command that starts a child process, prints a line and ignores every signal except SIGKILL, as its child does. */
const STUBBORN = `
  const { spawn } = require('node:child_process');
  process.on('SIGTERM', () => {});
  const child = "process.on('SIGTERM', () => {}); console.log('ready'); setInterval(() => {}, 1000);";
  spawn(process.execPath, ['-e', child], { stdio: ['ignore', 'inherit', 'inherit'] });
  setInterval(() => {}, 1000);
`;

test('the outcome of a command is its exit code and the end of its output', async () => {
  const { outcome } = run(`console.log('out'); console.error('err'); process.exitCode = 3;`);
  expect(await outcome).toEqual({ code: 3, output: expect.stringMatching(/^(out\nerr|err\nout)\n$/) });
});

test('a command that does not exist fails with its name', async () => {
  const { outcome } = run('', ['no-such-command']);
  expect(await outcome).toEqual({ code: 127, output: expect.stringContaining('no-such-command') });
});

test('a command has no standard input', async () => {
  const { outcome } = run(`process.stdin.on('end', () => console.log('end of input')).resume();`);
  expect((await outcome).output).toBe('end of input\n');
});

test('a stop request ends the command and rejects with Stopped', async () => {
  const file = join(temporaryFolder(), 'pid');
  const write = `require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid))`;
  const { outcome, signals } = run(`${write}; setInterval(() => {}, 1000);`);
  await vi.waitUntil(() => existsSync(file) && readFileSync(file, 'utf8') !== '', { timeout: 20_000 });
  signals.emit('SIGINT');
  await expect(outcome).rejects.toBeInstanceOf(Stopped);
  expect(() => process.kill(Number(readFileSync(file, 'utf8')), 0)).toThrow('ESRCH');
});

test('no command starts after a stop request', () => {
  const signals = new EventEmitter();
  const stop = listenForStopRequests({ signals });
  signals.emit('SIGTERM');
  const processesBefore = countProcesses();
  expect(() => runCommand([node, '-v'], { ...options, stop })).toThrow(Stopped);
  expect(countProcesses()).toBe(processesBefore);
});

test('a command does not inherit the lock that its supervisor holds', async ({ skip }) => {
  skip(process.platform !== 'linux', 'open files are listed in /proc only on Linux');
  const lock = await acquireLock(temporaryFolder(), 'setup');
  const { outcome } = run('', ['sh', '-c', 'ls -l /proc/$PPID/fd; echo; ls -l /proc/$$/fd'], lock);
  const [ofSupervisor, ofCommand] = (await outcome).output.split('\n\n');
  lock.release();
  expect(ofSupervisor).toContain('setup.lock');
  expect(ofCommand).not.toContain('setup.lock');
});

test('a killed bootstrap leaves neither the command nor its child processes running', async () => {
  const module = JSON.stringify(join(import.meta.dirname, 'run-command.mjs'));
  const stopModule = JSON.stringify(join(import.meta.dirname, 'stop-request.mjs'));
  const text = `
    import { runCommand } from ${module};
    import { listenForStopRequests } from ${stopModule};
    await runCommand([process.execPath, '-e', ${JSON.stringify(STUBBORN)}], {
      cwd: '.', env: process.env, node: process.execPath, output: 'inherit', stop: listenForStopRequests(),
    });
  `;
  const bootstrap = spawn(node, ['--input-type=module', '--eval', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void bootstrap.kill('SIGKILL'));
  await once(bootstrap.stdout, 'data');

  bootstrap.kill('SIGKILL');

  // The pipe closes when the last process that can write to it has ended.
  await once(bootstrap.stdout, 'close');
});

/**
 * @param {string} code
 * @param {[string, ...string[]]} [command]
 * @param {import('./lock.mjs').Lock} [lock]
 */
function run(code, command = [node, '--eval', code], lock = undefined) {
  const signals = new EventEmitter();
  const stop = listenForStopRequests({ signals });
  return { outcome: runCommand(command, { ...options, stop, lock }), signals };
}

function countProcesses() {
  return process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
}

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-command-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
