import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPages, startSite, type Site } from './site.ts';

/* What Flask-Login does with pages, row by row as docs/coming-from-flask.md numbers it. */

let site: Site;
beforeAll(async () => {
  site = await startSite('in one process');
});
afterAll(() => site.stop());

const send = (path: string, init: RequestInit = {}) =>
  fetch(site.url + path, { redirect: 'manual', ...init });

/** @returns a `Cookie` header of somebody who has signed in */
async function signIn(remember = false): Promise<string> {
  const body = new URLSearchParams({ username: 'sam', password: 'dog', ...(remember && { remember: 'on' }) });
  const answer = await send('/login', { method: 'POST', body });
  return cookiesOf(answer);
}

const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');

test('L6: a closed page is closed for forms too, and not for the question what it takes', async () => {
  for (const method of ['GET', 'HEAD', 'POST']) {
    const answer = await send('/account/sessions?/revokeOthers', {
      method,
      ...(method === 'POST' && { body: new URLSearchParams() }),
    });
    expect(answer.status, method).toBe(303);
    expect(answer.headers.get('location')).toMatch(/^\/login\?next=/);
  }
  const { status } = await send('/account/sessions', { method: 'OPTIONS' });
  expect(status).not.toBe(303);
});

test('L7: whoever is not signed in is sent to the login page with next, and told why', async () => {
  const answer = await send('/account?tab=2');
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/login?next=%2Faccount%3Ftab%3D2']);
  const page = await (await send('/login?next=%2Faccount%3Ftab%3D2')).text();
  expect(page).toContain('Please log in to access this page.');
});

test('L9: signing in leads back to the path of this site, and to no other', async () => {
  const after = async (next: string) => {
    const body = new URLSearchParams({ username: 'sam', password: 'dog' });
    const answer = await send(`/login?next=${encodeURIComponent(next)}`, { method: 'POST', body });
    return answer.headers.get('location');
  };
  expect(await after('/account?tab=2')).toBe('/account?tab=2');
  for (const elsewhere of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
  ]) {
    expect(await after(elsewhere), elsewhere).toBe('/');
  }
});

test('L13: a remembered browser is sent to confirm the password where it matters, told why, and led back', async () => {
  const cookies = await signIn(true);
  const remember = cookies.split('; ').find((cookie) => cookie.startsWith('latchkey_remember=')) ?? '';
  const refused = await send('/account/password', { headers: { cookie: remember } });
  expect([refused.status, refused.headers.get('location')]).toEqual([
    303,
    '/confirm?next=%2Faccount%2Fpassword',
  ]);

  const back = cookiesOf(refused);
  expect(back, 'its next tokens come with the redirect').toContain('latchkey_remember=r_');
  const page = await send('/confirm?next=%2Faccount%2Fpassword', { headers: { cookie: back } });
  expect(await page.text()).toContain('Please reauthenticate to access this page.');

  const confirm = (password: string) =>
    send('/confirm?next=%2Faccount%2Fpassword', {
      method: 'POST',
      headers: { cookie: back },
      body: new URLSearchParams({ password }),
    });
  const wrong = await confirm('wrong');
  expect(wrong.status).toBe(401);
  expect(wrong.headers.getSetCookie()).toEqual([]);
  const right = await confirm('dog');
  expect([right.status, right.headers.get('location')]).toEqual([303, '/account/password']);
});

test('L18: every page knows who is signed in', async () => {
  const cookie = await signIn();
  for (const path of ['/', '/account', '/account/sessions', '/forgot-password', '/nowhere']) {
    expect(await (await send(path, { headers: { cookie } })).text(), path).toContain('>sam</a>');
  }
});

describe('where the API is away', () => {
  test('L20: files, and pages for a browser without cookies, come all the same: they load no user', async () => {
    const pages = await startPages('http://127.0.0.1:1');
    const cookie = `latchkey_session=s_${'A'.repeat(43)}`;
    expect((await fetch(`${pages.url}/login`)).status).toBe(200);
    expect((await fetch(`${pages.url}/icon.svg`, { headers: { cookie } })).status).toBe(200);
    expect((await fetch(`${pages.url}/login`, { headers: { cookie } })).status).toBe(503);
    await pages.stop();
  });
});
