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
