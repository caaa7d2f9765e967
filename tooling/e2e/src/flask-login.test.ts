import { describe, expect, test } from 'vitest';
import { cookieNamed, readCookieHeader, sam, getSite } from './site.ts';
import type { Mode } from './start-site.ts';

/* Flask-Login on pages, by the rows of docs/coming-from-flask.md. */

const modes: Mode[] = ['in one process', 'with API_URL set'];

describe.each(modes)('the site %s', (mode) => {
  const site = getSite(mode);

  test.each(['GET', 'HEAD', 'POST'])(
    'a protected page redirects %s to the login page [L6]',
    async (method) => {
      const body = method === 'POST' ? new URLSearchParams() : null;
      const response = await site.send('/account/sessions?/revokeOthers', { method, body });
      expect(response.status).toBe(303);
      expect(response.headers.get('location')).toMatch(/^\/login\?next=/);
    },
  );

  test('OPTIONS is not redirected to the login page, and runs no closed page [L6, T26]', async () => {
    for (const path of ['/account/sessions', '/account/data/__data.json', '/account/data/download']) {
      const response = await site.send(path, { method: 'OPTIONS' });
      expect([response.status, await response.text()], path).toEqual([204, '']);
    }
  });

  test('the login page gets the requested page as next, and shows a message [L7]', async () => {
    const response = await site.send('/account?tab=2');
    expect(response.status).toBe(303);
    const location = response.headers.get('location') ?? '';
    expect(location).toBe('/login?next=%2Faccount%3Ftab%3D2');
    expect(await site.read(location)).toContain('Please log in to access this page.');
  });

  test.each([
    ['/account?tab=2', '/account?tab=2'],
    ['https://evil.example/', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['/%09/evil.example', '/%09/evil.example'],
    ['/.//evil.example', '/'],
    ['javascript:alert(1)', '/'],
  ])('signing in with next=%j redirects to %j [L9, T17]', async (next, location) => {
    const response = await site.post(`/login?next=${encodeURIComponent(next)}`, sam);
    expect([response.status, response.headers.get('location')]).toEqual([303, location]);
  });

  test('a remembered browser is redirected to confirm the password [L13]', async () => {
    const remember = cookieNamed('latchkey_remember', await site.signIn(sam, { remember: true }));
    const response = await site.send('/account/password', { headers: { cookie: remember } });
    const location = response.headers.get('location') ?? '';
    expect([response.status, location]).toEqual([303, '/confirm?next=%2Faccount%2Fpassword']);

    const cookie = readCookieHeader(response);
    expect(cookie, 'the redirect sets the next remember token').toContain('latchkey_remember=r_');
    expect(await site.read(location, cookie)).toContain('Please reauthenticate to access this page.');
  });

  test('the right password on the confirmation page leads to the sensitive page [L13]', async () => {
    const remember = cookieNamed('latchkey_remember', await site.signIn(sam, { remember: true }));
    const cookie = readCookieHeader(await site.send('/', { headers: { cookie: remember } }));
    const confirm = (password: string) =>
      site.post('/confirm?next=%2Faccount%2Fpassword', { password }, { cookie });

    const wrong = await confirm('wrong');
    expect(wrong.status).toBe(401);
    expect(wrong.headers.getSetCookie()).toEqual([]);
    const right = await confirm(sam.password);
    expect([right.status, right.headers.get('location')]).toEqual([303, '/account/password']);
  });

  test.each(['/', '/account', '/account/sessions', '/forgot-password', '/nowhere'])(
    'the page %s shows the signed-in user [L18]',
    async (path) => {
      expect(await site.read(path, await site.signIn(sam))).toContain('>sam</a>');
    },
  );
});
