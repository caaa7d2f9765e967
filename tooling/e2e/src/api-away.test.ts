import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPages, type Site } from './site.ts';

let pages: Pick<Site, 'url' | 'stop'>;
let address: string;
beforeAll(async () => {
  // A port on which nobody listens any more.
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((resolve) => server.close(resolve));
  pages = await startPages(address);
});
afterAll(() => pages.stop());

test('threat 34: with the API away, the process is up, is not ready, and says so on its pages', async () => {
  expect((await fetch(`${pages.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${pages.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${pages.url}/trpc/auth.me`)).status).toBe(503);
  expect((await fetch(`${pages.url}/login`, { headers: { cookie: 'theme=dark' } })).status).toBe(200);

  const body = new URLSearchParams({ username: 'susan', password: 'cat' });
  const refused = await fetch(`${pages.url}/login`, { method: 'POST', body });
  expect(refused.status).toBe(503);
  expect(await refused.text()).toContain('does not answer');
});
