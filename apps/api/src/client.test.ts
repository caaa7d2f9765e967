import { expect, test } from 'vitest';
import { createClient } from './client.ts';
import { refusalOf } from './testing.ts';

const failingWith = (code: string | null) =>
  createClient({
    url: 'http://127.0.0.1:9',
    fetch: () => {
      const cause = code === null ? undefined : Object.assign(new Error(code), { code });
      return Promise.reject(new TypeError('fetch failed', { cause }));
    },
  });

const credentials = { username: 'sam', password: 'dog' };

test.each([null, 'ECONNRESET', 'UND_ERR_HEADERS_TIMEOUT'])(
  'a change without an answer may have been made (%s)',
  async (code) => {
    expect(await refusalOf(failingWith(code).auth.login.mutate(credentials))).toMatchObject({
      reason: 'outcome_unknown',
      status: 503,
      message: expect.stringContaining('Your change may have been saved') as string,
    });
  },
);

test('a change that was never sent was not made', async () => {
  const refusal = await refusalOf(failingWith('ECONNREFUSED').auth.login.mutate(credentials));
  expect(refusal).toMatchObject({ reason: 'unreachable', status: 503 });
});

test('a query without an answer can be repeated', async () => {
  expect(await refusalOf(failingWith('ECONNRESET').auth.me.query())).toMatchObject({ reason: 'unreachable' });
});
