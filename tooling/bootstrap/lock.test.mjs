import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { identifyProcess } from './process-identity.mjs';
import { takeLock, turnsIn } from './lock.mjs';

const lockModule = join(import.meta.dirname, 'lock.mjs');

test('whoever comes second waits, is told for whom, and goes on when the first has finished', async () => {
  const folder = temporaryFolder();
  const first = await takeLock(folder, 'setup');
  const onWait = vi.fn(() => first.release());

  const second = await takeLock(folder, 'setup', { onWait });

  expect(onWait).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ pid: process.pid }));
  second.release();
});

test('locks of different names do not wait for each other', async () => {
  const folder = temporaryFolder();
  const onWait = vi.fn();
  const setup = await takeLock(folder, 'setup', { onWait });
  const other = await takeLock(folder, 'test', { onWait });
  setup.release();
  other.release();
  expect(onWait).not.toHaveBeenCalled();
});

test('waiting ends when somebody wants it to', async () => {
  const folder = temporaryFolder();
  const lock = await takeLock(folder, 'setup');
  const waiting = takeLock(folder, 'setup', {
    onLook: () => {
      throw new Error('Stopped');
    },
  });
  await expect(waiting).rejects.toThrow('Stopped');
  lock.release();
});

test.each(['SIGKILL', 'SIGTERM'])('the lock of a process that %s ended is free at once', async (signal) => {
  const folder = temporaryFolder();
  const holder = script(
    `await takeLock(${JSON.stringify(folder)}, 'setup'); process.kill(process.pid, '${signal}');`,
  );
  await once(holder, 'close');
  const onWait = vi.fn();
  (await takeLock(folder, 'setup', { onWait })).release();
  expect(onWait).not.toHaveBeenCalled();
});

test('a process that ends by itself releases its lock', async () => {
  const folder = temporaryFolder();
  const holder = script(`await takeLock(${JSON.stringify(folder)}, 'setup'); process.exit(0);`);
  await once(holder, 'close');
  const onWait = vi.fn();
  (await takeLock(folder, 'setup', { onWait })).release();
  expect(onWait).not.toHaveBeenCalled();
});

test('a lock stays taken until what its dead holder had started has ended as well', async () => {
  const folder = temporaryFolder();
  const worker = script('process.stdin.resume();');
  const holder = script(`
    const lock = await takeLock(${JSON.stringify(folder)}, 'setup');
    lock.setWorker(${worker.pid});
    process.kill(process.pid, 'SIGKILL');
  `);
  await once(holder, 'close');
  const onWait = vi.fn(() => void worker.kill('SIGKILL'));

  (await takeLock(folder, 'setup', { onWait })).release();

  expect(onWait).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ pid: worker.pid }));
});

test('who looked long ago and only now claims a turn that has come and gone does not have the lock', async () => {
  const folder = temporaryFolder();
  for (let turn = 1; turn < 4; turn += 1) (await takeLock(folder, 'setup')).release();
  const current = await takeLock(folder, 'setup');
  const turns = turnsIn(folder, 'setup');

  expect(turns.claim(2, { process: identifyProcess(process.pid) })).toBe(false);

  expect(turns.last()).toMatchObject({ turn: 4, holder: { process: { pid: process.pid } } });
  expect(readdirSync(folder)).toEqual(['setup.4.lock']);
  current.release();
});

test('never do two processes have the lock, however many want it and however their holders die', async () => {
  const folder = temporaryFolder();
  // Each goes in and out a few times and dies with the lock in its hands. `wx` fails when somebody else is inside.
  const contender = `
    const { writeFileSync, rmSync } = await import('node:fs');
    const inside = ${JSON.stringify(join(folder, 'inside'))};
    for (let round = 1; ; round += 1) {
      const lock = await takeLock(${JSON.stringify(folder)}, 'setup');
      writeFileSync(inside, '', { flag: 'wx' });
      rmSync(inside);
      if (round === 5) process.kill(process.pid, 'SIGKILL');
      lock.release();
    }
  `;
  const contenders = Array.from({ length: 5 }, () => script(contender));
  const ends = await Promise.all(contenders.map((process) => once(process, 'close')));

  expect(ends.map(([, signal]) => signal)).toEqual(contenders.map(() => 'SIGKILL'));
  (await takeLock(folder, 'setup')).release();
  expect(readdirSync(folder), 'one file is left, of the last turn').toEqual(['setup.26.lock']);
});

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** @param {string} code with `takeLock` in scope */
function script(code) {
  const text = `import { takeLock } from ${JSON.stringify(lockModule)};\n${code}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
