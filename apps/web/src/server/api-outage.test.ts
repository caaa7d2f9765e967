import { expect, test } from 'vitest';
import { outageWatch } from './api-outage.ts';

function watchWithLog() {
  const logged: string[] = [];
  const entry = (values: unknown, message?: string) => logged.push(message ?? String(values));
  return { logged, watch: outageWatch({ error: entry, warn: entry }, 'http://127.0.0.1:4000') };
}

const fail = () => Promise.reject(new Error('connect ECONNREFUSED'));
const succeed = () => Promise.resolve('answer');

test('an outage of the API is logged once when it begins and once when it ends', async () => {
  const { logged, watch } = watchWithLog();
  for (const call of [fail, fail, succeed, succeed, fail]) await watch(call).catch(() => null);
  expect(logged).toEqual(['the API does not answer', 'the API answers again', 'the API does not answer']);
});

test('answers and errors of watched calls are passed on', async () => {
  const { watch } = watchWithLog();
  expect(await watch(succeed)).toBe('answer');
  await expect(watch(fail)).rejects.toThrow('connect ECONNREFUSED');
});

test('a call that the browser has ended is not an outage', async () => {
  const { logged, watch } = watchWithLog();
  await watch(fail, AbortSignal.abort()).catch(() => null);
  expect(logged).toEqual([]);
});
