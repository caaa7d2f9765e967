import { afterEach, expect, test, vi } from 'vitest';
import { apiFetch } from './api-seam.ts';

afterEach(() => void vi.unstubAllEnvs());

test('threat 20: what is too large for an API elsewhere is refused in the form of the API', async () => {
  vi.stubEnv('API_URL', 'http://127.0.0.1:9');
  const body = JSON.stringify({ username: 'x'.repeat(140_000) });
  const request = new Request('http://localhost:3000/trpc/auth.login', { method: 'POST', body });
  const answer = await apiFetch(request, '127.0.0.1');
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ error: { data: { reason: 'too_large', httpStatus: 413 } } });
});
