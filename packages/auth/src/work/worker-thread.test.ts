import { expect, test } from 'vitest';
import { createWorkerThread } from './worker-thread.ts';

const start = () =>
  createWorkerThread<'id' | 'hang' | 'fail', number>(new URL('./worker-thread.fixture.ts', import.meta.url));

const enoughMs = 60_000;

test('the same thread answers one question after the other', async () => {
  const thread = start();
  const first = await thread.ask('id', enoughMs);
  expect(first).toEqual(expect.any(Number));
  expect(await thread.ask('id', enoughMs)).toBe(first);
});

test.each([
  ['does not answer in time', 'hang', 50],
  ['fails', 'fail', enoughMs],
] as const)('a thread that %s is replaced', async (_, question, maxMs) => {
  const thread = start();
  const first = await thread.ask('id', enoughMs);
  expect(await thread.ask(question, maxMs)).toBeNull();
  const next = await thread.ask('id', enoughMs);
  expect(next).toEqual(expect.any(Number));
  expect(next).not.toBe(first);
});
