import { EventEmitter, once } from 'node:events';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runCommand } from './command.mjs';
import { identifyProcess, isRunning } from './process-identity.mjs';
import { Stopped } from './user-error.mjs';
import { listenForStop } from './stop.mjs';

const node = process.execPath;
/** A command that starts another one, says its number and stays, deaf to everything but SIGKILL. */
const STUBBORN = `
  process.on('SIGTERM', () => {});
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'inherit', 'inherit'] });
  console.log('started ' + process.pid + ' ' + child.pid + '.');
  setInterval(() => {}, 1000);
`;

test('a command answers its exit code and the end of what it wrote', async () => {
  const { outcome } = run(`console.log('out'); console.error('err'); process.exitCode = 3;`);
  expect(await outcome).toEqual({ code: 3, output: expect.stringMatching(/^(out\nerr|err\nout)\n$/) });
});

test('a command that is not there is a failed one, by name', async () => {
  const { outcome } = run('', ['no-such-command']);
  expect(await outcome).toEqual({ code: 127, output: expect.stringContaining('no-such-command') });
});

test('a command has no input to ask a question with', async () => {
  const { outcome } = run(`process.stdin.on('end', () => console.log('no answer')).resume();`);
  expect((await outcome).output).toBe('no answer\n');
});

test('asked to stop, it ends the command and what that started, and says that it was stopped', async () => {
  const { outcome, signals, onStart } = run(`setInterval(() => {}, 1000);`);
  const supervisor = identifyProcess(onStart.mock.calls[0]?.[0] ?? 0);
  signals.emit('SIGINT');
  await expect(outcome).rejects.toBeInstanceOf(Stopped);
  expect(isRunning(supervisor)).toBe(false);
});

test('nothing is started any more once we were asked to stop', () => {
  const signals = new EventEmitter();
  const stop = listenForStop({ signals });
  signals.emit('SIGTERM');
  const onStart = vi.fn();
  expect(() =>
    runCommand([node, '-v'], { cwd: '.', env: process.env, node, output: 'keep', stop, onStart }),
  ).toThrow(Stopped);
  expect(onStart).not.toHaveBeenCalled();
});

test('even killed, it leaves nothing running: not the command, however stubborn, and not what that started', async () => {
  const module = JSON.stringify(join(import.meta.dirname, 'command.mjs'));
  const stopModule = JSON.stringify(join(import.meta.dirname, 'stop.mjs'));
  const text = `
    import { runCommand } from ${module};
    import { listenForStop } from ${stopModule};
    await runCommand([process.execPath, '-e', ${JSON.stringify(STUBBORN)}], {
      cwd: '.', env: process.env, node: process.execPath, output: 'direct', stop: listenForStop(), onStart: () => {},
    });
  `;
  const bootstrap = spawn(node, ['--input-type=module', '--eval', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void bootstrap.kill('SIGKILL'));
  const [output] = await once(bootstrap.stdout, 'data');
  const started = /started (\d+) (\d+)\./
    .exec(String(output))
    ?.slice(1)
    .map((pid) => identifyProcess(Number(pid)));
  expect(started?.map(isRunning)).toEqual([true, true]);

  bootstrap.kill('SIGKILL');

  await vi.waitUntil(() => !started?.some(isRunning), { timeout: 20_000 });
});

/**
 * @param {string} code
 * @param {[string, ...string[]]} [command]
 */
function run(code, command = [node, '--eval', code]) {
  const signals = new EventEmitter();
  const stop = listenForStop({ signals });
  const onStart = vi.fn();
  const outcome = runCommand(command, { cwd: '.', env: process.env, node, output: 'keep', stop, onStart });
  return { outcome, signals, onStart };
}
