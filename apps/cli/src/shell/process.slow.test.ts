import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestShell, type TestShell } from './testing.ts';

// Signals, and errors of the process.

let shell: TestShell;
beforeAll(async () => {
  shell = await createTestShell();
});
afterAll(() => shell.remove());

describe('a shell that is stopped', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('by %s ends its sessions', async (signal) => {
    const statements = 'await as("susan"); process.stdout.write("ready"); await new Promise(() => {})';
    expect(await shell.kill(['-e', statements], signal)).toBeGreaterThan(128);
    expect((await shell.run(['-e', 'em.count(Session)'])).out).toBe('0\n');
  });
});

describe('pnpm shell exits when it is done, without waiting for', () => {
  test.each([
    ['a timer', 'setTimeout(() => {}, 1e8); 5'],
    ['a server', "require('node:http').createServer().listen(0, '127.0.0.1'); 5"],
    ['a promise', 'new Promise((resolve) => setTimeout(resolve, 1e8)); 5'],
  ])('%s', async (_, statements) => {
    expect(await shell.spawn(['-e', statements])).toEqual({ code: 0, out: '5\n', err: '' });
    expect(await shell.spawn([], { input: `${statements}\n` })).toMatchObject({ code: 0, err: '' });
  });

  test('a slow reader, which still gets the whole output', async () => {
    const { out } = await shell.spawn(['-e', '"a line\\n".repeat(1e5)']);
    expect(out).toHaveLength(7e5 + 1);
  });
});

describe('pnpm shell prints one sentence for a mistake after a call without await', () => {
  test.each([
    'em.find(User, {}).then(() => em.find(User, {})).then(() => em.find(User, {}))',
    'api.auth.me()',
    'as("susan").auth.me()',
    'Promise.reject(new Error("not awaited"))',
  ])('of %s', async (statement) => {
    expect(await shell.spawn(['-e', `${statement}; nothing`])).toEqual({
      code: 1,
      out: '',
      err: 'ReferenceError: nothing is not defined\n',
    });
    expect((await shell.run(['-e', 'em.count(Session)'])).out).toBe('0\n');
  });
});

test('pnpm shell prints the error of a promise that is not awaited after the value', async () => {
  const { code, out, err } = await shell.spawn(['-e', 'Promise.reject(new Error("not awaited")); 5']);
  expect({ code, out }).toEqual({ code: 1, out: '5\n' });
  expect(err).toMatch(/^Error: not awaited\n/);
});

describe('pnpm shell prints an error that no statement catches', () => {
  test.each([
    [
      'setTimeout(() => { throw new Error("late") }); await new Promise(() => {})',
      'Error: late\n    at Timeout._onTimeout (<anonymous>:1:26)',
    ],
    [
      'await as("susan"); Promise.reject(new Error("let go")); await new Promise(() => {})',
      'Error: let go\n    at <anonymous>:1:35',
    ],
  ])('%j', async (statements, message) => {
    expect(await shell.spawn(['-e', statements])).toMatchObject({ code: 1, out: '', err: `${message}\n` });
    expect((await shell.run(['-e', 'em.count(Session)'])).out).toBe('0\n');
  });
});
