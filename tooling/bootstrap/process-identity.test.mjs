import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { identifyProcess, isRunning } from './process-identity.mjs';

test('this process is living', () => {
  expect(isRunning(identifyProcess(process.pid))).toBe(true);
});

test('a process that has ended is not', async () => {
  const child = spawn(process.execPath, ['--eval', 'process.stdin.resume()']);
  const described = identifyProcess(Number(child.pid));
  expect(isRunning(described)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(isRunning(described)).toBe(false);
});

test('a later process with the same number is not the one that was described', () => {
  expect(isRunning({ ...identifyProcess(process.pid), since: 'long ago' })).toBe(false);
});

test('where the system does not say when a process began, its number has to do', () => {
  expect(isRunning({ pid: process.pid, since: '' })).toBe(true);
});
