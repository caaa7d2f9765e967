import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

test('a body that is too large for a remote API is refused in its format [T20]', async () => {
  vi.stubEnv('API_URL', 'http://127.0.0.1:9');
  const { forwardToApi } = await import('./api-transport.ts');
  const body = JSON.stringify({ username: 'x'.repeat(140_000) });
  const request = new Request('http://localhost:3000/trpc/auth.login', { method: 'POST', body });
  const response = await forwardToApi({ request, address: '127.0.0.1', requestId: crypto.randomUUID() });
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ error: { data: { reason: 'too_large', httpStatus: 413 } } });
});

test.each([
  [{ cookie: 'latchkey_session=s_1' }, true],
  [{ cookie: 'other=1' }, false],
  [{ authorization: 'Bearer x' }, true],
  [{ 'x-api-key': 'x' }, true],
  [{ accept: 'text/html' }, false],
])('a request with %j can have a user: %s', async (headers, can) => {
  const { hasCredentials } = await import('./api-transport.ts');
  expect(hasCredentials(new Request('http://localhost:3000/', { headers: { ...headers } }))).toBe(can);
});
