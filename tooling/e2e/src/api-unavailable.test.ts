import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from './free-port.ts';
import { startPages, type RunningSite } from './start-site.ts';

describe('pages without their API', () => {
  let pages: Pick<RunningSite, 'url' | 'stop'>;
  beforeAll(async () => {
    pages = await startPages(`http://127.0.0.1:${await freePort()}`);
  });
  afterAll(() => pages.stop());

  const cookie = `latchkey_session=s_${'A'.repeat(43)}`;
  const statusOf = async (path: string, headers: Record<string, string> = {}) =>
    (await fetch(pages.url + path, { headers })).status;

  test('the process is up but not ready [T34]', async () => {
    expect(await statusOf('/healthz')).toBe(200);
    expect(await statusOf('/readyz')).toBe(503);
  });

  test('an API call gets 503 [T34]', async () => {
    expect(await statusOf('/trpc/auth.me')).toBe(503);
  });

  test('a submitted form gets a page with status 503 [T34]', async () => {
    const body = new URLSearchParams({ username: 'susan', password: 'cat' });
    const response = await fetch(`${pages.url}/login`, { method: 'POST', body });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.text()).toContain('<h1>Temporarily unavailable</h1>');
  });

  test('a closed page gets a page with status 503, as data for a request of data [T34]', async () => {
    const response = await fetch(`${pages.url}/account`, { headers: { cookie } });
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('<h1>Temporarily unavailable</h1>');
    const data = await fetch(`${pages.url}/account/__data.json`, { headers: { cookie } });
    expect(data.status).toBe(503);
    expect(await data.json()).toMatchObject({ message: expect.stringContaining('Try again') as string });
  });

  test.each([
    ['/logout', 'You are still signed in.'],
    ['/account/sessions?/revokeOthers', 'The devices are still signed in.'],
  ])('a sign-out by %s that fails says: %s', async (path, sentence) => {
    const body = new URLSearchParams();
    const response = await fetch(pages.url + path, { method: 'POST', headers: { cookie }, body });
    expect(response.status).toBe(503);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.text()).toContain(`${sentence} The service does not respond.`);
  });

  test('a page for a browser without our cookies loads no user [L20]', async () => {
    expect(await statusOf('/login')).toBe(200);
    expect(await statusOf('/login', { cookie: 'theme=dark' })).toBe(200);
    expect(await statusOf('/login', { cookie })).toBe(503);
  });

  test('a static file loads no user [L20]', async () => {
    expect(await statusOf('/icon.svg', { cookie })).toBe(200);
  });
});
