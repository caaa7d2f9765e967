import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { acquireLock } from './lock.mjs';

const lockModule = join(import.meta.dirname, 'lock.mjs');

test('a second caller waits, gets the holder’s process id and then the lock', async () => {
  const folder = temporaryFolder();
  const first = await acquireLock(folder, 'setup');
  const onWait = vi.fn(() => first.release());

  const second = await acquireLock(folder, 'setup', { onWait });

  expect(onWait).toHaveBeenCalledExactlyOnceWith(String(process.pid));
  second.release();
});

test('locks of different names are independent', async () => {
  const folder = temporaryFolder();
  const onWait = vi.fn();
  const setup = await acquireLock(folder, 'setup', { onWait });
  const other = await acquireLock(folder, 'test', { onWait });
  setup.release();
  other.release();
  expect(onWait).not.toHaveBeenCalled();
});

test('a stop request ends the wait', async () => {
  const folder = temporaryFolder();
  const lock = await acquireLock(folder, 'setup');
  const waiting = acquireLock(folder, 'setup', {
    throwIfStopped: () => {
      throw new Error('Stopped');
    },
  });
  await expect(waiting).rejects.toThrow('Stopped');
  lock.release();
});

test.each([
  ['was killed by SIGKILL', `process.kill(process.pid, 'SIGKILL')`],
  ['was ended by SIGTERM', `process.kill(process.pid, 'SIGTERM')`],
  ['ended by itself', `process.exit(0)`],
])('the lock of a process that %s is free at once', async (_, end) => {
  const folder = temporaryFolder();
  await once(script(`await acquireLock(${JSON.stringify(folder)}, 'setup'); ${end};`), 'close');
  expect(await isFree(folder)).toBe(true);
});

test('a lock whose dead holder has the process id of a running process is free', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'setup.lock'), String(process.ppid));
  expect(await isFree(folder)).toBe(true);
});

test('a child that inherits the descriptor holds the lock of its killed parent', async () => {
  const folder = temporaryFolder();
  const holder = script(`
    const { spawn } = await import('node:child_process');
    const { descriptor } = await acquireLock(${JSON.stringify(folder)}, 'setup');
    const child = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', descriptor] });
    console.log(child.pid);
    process.kill(process.pid, 'SIGKILL');
  `);
  const [pid] = await once(holder.stdout, 'data');
  await once(holder, 'exit');
  expect(await isFree(folder)).toBe(false);

  process.kill(Number(pid), 'SIGKILL');

  (await acquireLock(folder, 'setup')).release();
});

test('a system without flock(1) continues with a warning', async () => {
  const warn = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.stubEnv('PATH', '/nowhere');
  onTestFinished(() => {
    warn.mockRestore();
    vi.unstubAllEnvs();
  });
  (await acquireLock(temporaryFolder(), 'setup')).release();
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(/^Cannot lock .*setup\.lock \(.*ENOENT\)/),
  );
});

test('two processes never hold the lock at once, even when holders are killed', async () => {
  const folder = temporaryFolder();
  // Opening `inside` with `wx` fails while another process is in the critical section.
  const contender = `
    const { writeFileSync, rmSync } = await import('node:fs');
    const inside = ${JSON.stringify(join(folder, 'inside'))};
    for (let round = 1; ; round += 1) {
      const lock = await acquireLock(${JSON.stringify(folder)}, 'setup');
      writeFileSync(inside, '', { flag: 'wx' });
      rmSync(inside);
      if (round === 5) process.kill(process.pid, 'SIGKILL');
      lock.release();
    }
  `;
  const contenders = Array.from({ length: 5 }, () => script(contender));
  const ends = await Promise.all(contenders.map((process) => once(process, 'close')));

  expect(ends.map(([, signal]) => signal)).toEqual(contenders.map(() => 'SIGKILL'));
  expect(await isFree(folder)).toBe(true);
});

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** @param {string} folder */
async function isFree(folder) {
  const taken = new Error('taken');
  let attempts = 0;
  const throwIfStopped = () => {
    attempts += 1;
    if (attempts > 1) throw taken;
  };
  try {
    (await acquireLock(folder, 'setup', { throwIfStopped })).release();
    return true;
  } catch (error) {
    if (error !== taken) throw error;
    return false;
  }
}

/** @param {string} code with `acquireLock` in scope */
function script(code) {
  const text = `import { acquireLock } from ${JSON.stringify(lockModule)};\n${code}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
