import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { dirname, resolve } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { crossSite, passwordsDiffer, passwordTooShort, tooLarge } from './api-sentences.ts';
import { sam, getSite, susan } from './site.ts';
import type { Mode } from './start-site.ts';

const modes: Mode[] = ['in one process', 'with API_URL set'];

describe.each(modes)('the site %s', (mode) => {
  const site = getSite(mode);

  test.each<[string, RequestInit]>([
    ['a JSON body', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }],
    ['a multipart body of garbage', multipart('multipart/form-data; boundary=x')],
    ['a multipart body without its boundary', multipart('multipart/form-data')],
    ['no body', { method: 'POST' }],
    ['a body of 1 MB', { method: 'POST', body: new URLSearchParams({ username: 'x'.repeat(1_000_000) }) }],
    ['a file instead of text', { method: 'POST', body: createFormWithFile('username') }],
    ['the method PUT', { method: 'PUT', body: 'x' }],
    ['a malformed cookie', { headers: { cookie: 'latchkey_session=%E0%A4%A; =; latchkey_session' } }],
    ['a long cookie', { headers: { cookie: `latchkey_session=${'x'.repeat(6000)}` } }],
  ])('%s is not answered with 5xx [T20]', async (_, init) => {
    for (const path of ['/login', '/register', '/logout', '/', '/account']) {
      expect((await site.send(path, init)).status, path).toBeLessThan(500);
    }
  });

  test.each(['/login', '/confirm', '/register', '/account', '/account/password'])(
    'naming the default form action of %s is answered with 404 [T20]',
    async (path) => {
      const headers = { cookie: await site.signIn(sam) };
      for (const search of ['?/default', '?next=/&/default=1']) {
        expect((await site.post(path + search, { password: 'dog' }, headers)).status).toBe(404);
      }
      expect((await site.post(`${path}?/nonsense`, {}, headers)).status).toBeLessThan(500);
    },
  );

  test.each([
    '/account/activity?before=%00',
    '/account/activity?before=%ED%A0%80',
    '/dev/mailbox/%00',
    '/dev/mailbox/%00/html',
    '/dev/mailbox/x%27',
    '/reset-password/%00',
    '/verify-email/%00',
  ])('%s is answered with 4xx [T20]', async (path) => {
    const { status } = await site.send(path, { headers: { cookie: await site.signIn(sam) } });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });

  test('a field of 140,000 characters is answered with 413 [T20]', async () => {
    const response = await site.post('/login', { username: 'x'.repeat(140_000), password: 'cat' });
    expect(response.status).toBe(413);
    expect(await response.text()).toContain(tooLarge);
  });

  test('the request after a large one is answered as usual [T20]', async () => {
    await site.post('/login', { username: 'x'.repeat(70_000), password: 'cat' });
    expect((await site.post('/login', susan)).status).toBe(303);
  });

  test('user input is shown as text, not as HTML [T18]', async () => {
    const username = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
    const response = await site.post('/login', { username, password: 'x' });
    const html = await response.text();
    expect(response.status).toBe(401);
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;script>alert(1)');
  });

  test.each(['https://evil.example', 'null'])('a form from %s is refused [T16]', async (origin) => {
    const response = await site.post('/login', susan, { origin });
    expect(response.status).toBe(403);
    expect(response.headers.getSetCookie()).toEqual([]);
    const html = await response.text();
    expect(html).toContain('<h1>Access denied</h1>');
    expect(html).toContain(crossSite);
  });

  test('a form from another address is refused, and the page names ORIGIN [T16]', async () => {
    const { statusCode, text } = await postWithHost('192.0.2.7:3000', new URL('/login', site.url), {
      fields: new URLSearchParams(susan),
      headers: { origin: 'http://192.0.2.7:3000' },
    });
    expect(statusCode).toBe(403);
    expect(text).toContain('This form was sent from http://192.0.2.7:3000,');
    expect(text).toContain(`<a href="${site.url}">${site.url}</a>`);
  });

  test('an API call from another site is refused as JSON [T16]', async () => {
    const headers = { origin: 'https://evil.example' };
    const response = await site.send('/trpc/auth.logout', { method: 'POST', headers });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { data: { reason: 'cross_site' } } });
  });

  test('a mailed link has the host of the site, not of the request [T5]', async () => {
    const { email } = await site.createAccount();
    const fields = new URLSearchParams({ email });
    const { statusCode } = await postWithHost('evil.example', new URL('/forgot-password', site.url), {
      fields,
    });
    expect(statusCode).toBe(303);
    expect(await site.mailTo(email, '/reset-password')).not.toContain('evil.example');
  });

  test('the page of a mailed link sends no referrer and is not indexed [T5]', async () => {
    const { email } = await site.createAccount();
    await site.post('/forgot-password', { email });
    const { pathname } = new URL(await site.mailedLink(email, '/reset-password'));
    const { status, headers } = await site.send(pathname);
    expect(status).toBe(200);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-robots-tag')).toBe('noindex');
  });

  test('127.0.0.1 is accepted as an origin beside localhost', async () => {
    const origin = site.url.replace('localhost', '127.0.0.1');
    const body = new URLSearchParams(susan);
    const response = await fetch(`${origin}/login`, {
      method: 'POST',
      headers: { origin },
      body,
      redirect: 'manual',
    });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
  });

  test('every page outside of (open) redirects to the login page [T26]', async () => {
    const paths = await protectedPaths();
    expect(paths).toContain('/');
    for (const path of paths) {
      const response = await site.send(path);
      expect(response.status, path).toBe(303);
      expect(response.headers.get('location'), path).toBe(`/login?next=${encodeURIComponent(path)}`);
      expect((await site.post(path, {})).status, path).toBe(303);
    }
  });

  test('the API answers at the same address', async () => {
    expect(await (await site.send('/trpc/auth.me')).json()).toEqual({ result: { data: null } });
  });

  test.each(['/trpc/auth.logout', '/logout'])('GET %s is answered with 405 [T16]', async (path) => {
    expect((await site.send(path)).status).toBe(405);
  });

  test('an unknown page is answered with 404 and a page', async () => {
    const response = await site.send('/nowhere');
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('<h1>Page not found</h1>');
  });

  test('different passwords are reported together with a password that is too short', async () => {
    const fields = { username: 'marigold', email: 'm@example.com', password: 'short', password2: 'other' };
    for (const [path, cookie] of [
      ['/register', ''],
      ['/account/password', await site.signIn(sam)],
    ] as const) {
      const response = await site.post(path, fields, { cookie });
      expect(response.status, path).toBe(400);
      const html = await response.text();
      expect(html, path).toContain(passwordsDiffer);
      expect(html, path).toContain(passwordTooShort);
    }
  });

  test('the minimum length of a password is shown beside the field', async () => {
    expect(await site.read('/register')).toContain('At least 18 characters.');
  });
});

/** A body of garbage. */
function multipart(type: string): RequestInit {
  return { method: 'POST', headers: { 'content-type': type }, body: 'nonsense' };
}

function createFormWithFile(name: string): FormData {
  const form = new FormData();
  form.set(name, new Blob(['a file']), 'file.txt');
  return form;
}

/** The paths of all protected pages, from the folders of routes. */
async function protectedPaths(): Promise<string[]> {
  const routes = resolve(import.meta.dirname, '../../../apps/web/src/routes');
  const files = await readdir(routes, { recursive: true });
  return files
    .filter((file) => file.endsWith('+page.svelte') && !file.startsWith('(open)'))
    .map((file) => `/${dirname(file)}`.replace(/^\/\.$/, '/'));
}

/** Posts a form with another Host header than the URL has, which `fetch` does not allow. */
async function postWithHost(
  host: string,
  url: URL,
  { fields, headers = {} }: { fields: URLSearchParams; headers?: Record<string, string> },
): Promise<{ statusCode: number | undefined; text: string }> {
  const sending = request(url, {
    method: 'POST',
    headers: { host, 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
  sending.end(fields.toString());
  // The cast: the arguments of the event.
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  return { statusCode: response.statusCode, text: await readText(response) };
}
