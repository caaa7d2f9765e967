import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

/** Adds work that runs until it is finished by hand. */
function add(queue: WorkQueue, limits?: Parameters<WorkQueue['run']>[1]) {
  const { promise, resolve: finish } = Promise.withResolvers<string>();
  const work = { hasBegun: false, finish, result: Promise.resolve('') };
  work.result = queue.run(() => {
    work.hasBegun = true;
    return promise;
  }, limits);
  work.result.catch(() => undefined);
  return work;
}

const soon = () => ({ startBy: performance.now() + 60_000 });

test('no more pieces run at the same time than are allowed', async () => {
  const queue = createWorkQueue({ concurrency: 2, maxWaiting: 10 });
  const pieces = Array.from({ length: 4 }, () => add(queue));
  expect(pieces.map(({ hasBegun }) => hasBegun)).toEqual([true, true, false, false]);

  pieces[1]?.finish('done');
  await pieces[1]?.result;
  await setImmediate();
  expect(pieces.map(({ hasBegun }) => hasBegun)).toEqual([true, true, true, false]);
});

test('work that fails frees its place', async () => {
  const queue = createWorkQueue({ concurrency: 1, maxWaiting: 10 });
  const failing = queue.run(() => Promise.reject(new Error('broken')));
  const next = queue.run(() => Promise.resolve('done'));
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('done');
});

test('work is refused at once where too many wait', async () => {
  const queue = createWorkQueue({ concurrency: 1, maxWaiting: 1 });
  add(queue, soon());
  add(queue, soon());
  await expect(add(queue, soon()).result).rejects.toMatchObject({ reason: 'busy' });
});

test('work without a limit waits behind any number', async () => {
  const queue = createWorkQueue({ concurrency: 1, maxWaiting: 0 });
  const pieces = [add(queue), add(queue), add(queue)];
  for (const { finish } of pieces) finish('done');
  expect(await Promise.all(pieces.map(({ result }) => result))).toEqual(['done', 'done', 'done']);
});

test('work that has not begun by its latest time is refused', async () => {
  const queue = createWorkQueue({ concurrency: 1, maxWaiting: 10 });
  add(queue);
  const late = add(queue, { startBy: performance.now() + 1 });
  await expect(late.result).rejects.toMatchObject({ reason: 'busy' });
  expect(late.hasBegun).toBe(false);
});

test('work whose signal is aborted is not begun, and those behind it are', async () => {
  const queue = createWorkQueue({ concurrency: 1, maxWaiting: 10 });
  const first = add(queue);
  const gone = new AbortController();
  const second = add(queue, { signal: gone.signal });
  const third = add(queue);
  gone.abort();
  await expect(second.result).rejects.toThrow('aborted');

  first.finish('done');
  third.finish('done');
  await third.result;
  expect([second.hasBegun, third.hasBegun]).toEqual([false, true]);
});

test('work whose signal was aborted before is not begun', async () => {
  const queue = createWorkQueue({ concurrency: 1, maxWaiting: 10 });
  const work = add(queue, { signal: AbortSignal.abort() });
  await expect(work.result).rejects.toThrow('aborted');
  expect(work.hasBegun).toBe(false);
});
