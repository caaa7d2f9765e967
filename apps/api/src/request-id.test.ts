import { readConfig } from '@latchkey/config';
import { createTemporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf } from './client.ts';
import { startApi, type RunningApi } from './start-api.ts';

const requestId = '7f3f0c52-0d0e-4c39-9a1f-5a2b3c4d5e6f';

let temporary: TemporaryDatabase;
let api: RunningApi;

beforeAll(async () => {
  temporary = await createTemporaryDatabase('sqlite');
  api = await startApi(
    readConfig({
      DATABASE_URL: temporary.url,
      LOG_LEVEL: 'silent',
      SEED_DEMO: 'off',
      PASSWORD_HASHING: 'fast',
    }),
    3000,
  );
});
afterAll(async () => {
  await api.stop();
  await temporary.remove();
});

test('a refusal carries the id that the caller’s server gave to the request', async () => {
  const request = new Request('http://localhost:3000/trpc/account.profile', {
    headers: { 'x-request-id': requestId },
  });
  const { error } = (await (await api.handle(request)).json()) as { error: { data: object } };
  expect(error.data).toMatchObject({ reason: 'login_required', requestId });
});

test('a malformed id is replaced', async () => {
  const request = new Request('http://localhost:3000/trpc/account.profile', {
    headers: { 'x-request-id': 'two\twords <script>' },
  });
  const { error } = (await (await api.handle(request)).json()) as { error: { data: { requestId: string } } };
  expect(error.data.requestId).toMatch(/^[\da-f-]{36}$/);
});

test('a local call carries the id of the page’s request', async () => {
  const request = new Request('http://localhost:3000/');
  const { client } = api.localClient({ request, address: null, requestId });
  const problem = await client.account.profile.query().then(() => null, problemOf);
  expect(problem).toMatchObject({ reason: 'login_required', requestId });
});
