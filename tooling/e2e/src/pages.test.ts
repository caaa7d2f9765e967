import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { complaintsOf, signIn, useBrowser, type Look } from './browser.ts';
import { startSite, type Site } from './site.ts';

const screenshots = resolve(import.meta.dirname, '../artifacts/screenshots');
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Every page as people meet it: a name for its picture, the way there, and whether one has to be signed in. */
const pages: [string, (page: Page, url: string) => Promise<unknown>][] = [
  ['login', (page, url) => page.goto(`${url}/login`)],
  ['login-asked', (page, url) => page.goto(`${url}/account`)],
  [
    'login-wrong',
    async (page, url) => {
      await page.goto(`${url}/login`);
      await signIn(page, 'susan', 'wrong');
      await page.getByRole('alert').waitFor();
    },
  ],
  ['register', (page, url) => page.goto(`${url}/register`)],
  [
    'register-problems',
    async (page, url) => {
      await page.goto(`${url}/register`);
      await page.getByRole('button', { name: 'Create the account' }).click();
      await page.getByRole('alert').waitFor();
    },
  ],
  ['home', (page, url) => asSusan(page, `${url}/`)],
  ['account', (page, url) => asSusan(page, `${url}/account`)],
  ['account-password', (page, url) => asSusan(page, `${url}/account/password`)],
  [
    'account-password-problems',
    async (page, url) => {
      await asSusan(page, `${url}/account/password`);
      await page.getByLabel('New password', { exact: true }).fill('passwordpassword');
      await page.getByLabel('The same password again').fill('passwordpassword');
      await page.getByRole('button', { name: 'Change the password' }).click();
      await page.getByRole('alert').waitFor();
    },
  ],
  ['account-email', (page, url) => asSusan(page, `${url}/account/email`)],
  ['account-sessions', (page, url) => asSusan(page, `${url}/account/sessions`)],
  ['account-activity', (page, url) => asSusan(page, `${url}/account/activity`)],
  ['account-data', (page, url) => asSusan(page, `${url}/account/data`)],
  ['account-delete', (page, url) => asSusan(page, `${url}/account/delete`)],
  [
    'confirm',
    async (page, url) => {
      await page.goto(`${url}/login`);
      await signIn(page, 'susan', 'cat', { remember: true });
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      await page.context().clearCookies({ name: 'latchkey_session' });
      await page.goto(`${url}/account/password`);
    },
  ],
  ['forgot-password', (page, url) => page.goto(`${url}/forgot-password`)],
  ['forgot-password-sent', (page, url) => page.goto(`${url}/forgot-password?sent`)],
  ['reset-password', (page, url) => followReset(page, url)],
  ['reset-password-used', (page, url) => page.goto(`${url}/reset-password/l_${'A'.repeat(43)}`)],
  ['verify-email-used', (page, url) => page.goto(`${url}/verify-email/l_${'A'.repeat(43)}`)],
  [
    'mailbox',
    async (page, url) => {
      await askForReset(page, url);
    },
  ],
  [
    'mailbox-mail',
    async (page, url) => {
      await askForReset(page, url);
      await page.getByRole('row', { name: 'mayra@example.com' }).first().getByRole('link').click();
      await page.getByRole('heading', { name: 'As text' }).waitFor();
    },
  ],
  [
    'account-to-be-deleted',
    async (page, url) => {
      await page.goto(`${url}/account/delete`);
      await signIn(page, 'jack', 'boo');
      await page.getByLabel('Your user name').fill('jack');
      await page.getByRole('button', { name: 'Delete my account' }).click();
      await page.getByText('Your account will be deleted.').waitFor();
      await signIn(page, 'jack', 'boo');
      // The page before says so too.
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      await page.getByText('Your account will be deleted').waitFor();
    },
  ],
  ['not-found', (page, url) => page.goto(`${url}/nowhere`)],
  ['wrong-method', (page, url) => page.goto(`${url}/logout`)],
];

/** To the mailbox for development, once a mail for a new password is in it. */
async function askForReset(page: Page, url: string) {
  await page.goto(`${url}/forgot-password`);
  await page.getByLabel('E-mail').fill('mayra@example.com');
  await page.getByRole('button', { name: 'Send the link' }).click();
  await page.getByText('a mail with a link is on its way there').waitFor();
  await expect
    .poll(async () => {
      await page.goto(`${url}/dev/mailbox`);
      return page.getByRole('row', { name: 'mayra@example.com' }).count();
    })
    .toBeGreaterThan(0);
}

async function followReset(page: Page, url: string) {
  await askForReset(page, url);
  await page.getByRole('row', { name: 'mayra@example.com' }).first().getByRole('link').click();
  await page.locator('pre a').first().click();
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
}

const looks: [string, Look][] = [
  ['light', {}],
  ['dark', { colors: 'dark' }],
  ['narrow', { width: 320 }],
  ['narrow-dark', { width: 320, colors: 'dark' }],
];

async function asSusan(page: Page, url: string) {
  await page.goto(url);
  await signIn(page, 'susan', 'cat');
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

describe.each(looks)('%s', (look, options) => {
  const browser = useBrowser();
  let site: Site;
  beforeAll(async () => {
    site = await startSite('in one process');
    await mkdir(screenshots, { recursive: true });
  });
  afterAll(() => site.stop());

  test.each(pages)(
    'the page %s breaks no rule of accessibility, fits its width, and is pictured',
    async (name, go) => {
      const page = await (await browser.open(options)).newPage();
      const complaints = complaintsOf(page);
      await go(page, site.url);
      await page.screenshot({ path: resolve(screenshots, `${name}-${look}.png`), fullPage: true });

      await page.evaluate(axe);
      const violations = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: unknown[] }[] }> };
        };
        return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.length}`);
      });
      expect(violations).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      expect(complaints).toEqual([]);
    },
  );
});

describe('the login page', () => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite('in one process');
  });
  afterAll(() => site.stop());

  const sizeOf = async (path: string) => {
    const response = await fetch(new URL(path, site.url), { headers: { 'accept-encoding': 'gzip' } });
    expect(response.ok, path).toBe(true);
    return Number(response.headers.get('content-length'));
  };

  test('ships at most 30 kB of compressed JavaScript and 10 kB of CSS, none of which blocks it', async () => {
    const html = await (await fetch(`${site.url}/login`)).text();
    const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
    const styles = [...html.matchAll(/<link\b[^>]*rel="stylesheet"[^>]*>/g)].map(([tag]) => tag);
    const addressIn = (tag: string) => /(?:src|href)="([^"]+)"/.exec(tag)?.[1] ?? '';

    // A module is deferred by itself; and this one imports nothing.
    for (const script of scripts) expect(script).toMatch(/type="module".*src=|src=.*type="module"/);
    expect(html).not.toContain('modulepreload');
    const sum = async (tags: string[]) =>
      (await Promise.all(tags.map((tag) => sizeOf(addressIn(tag))))).reduce((total, size) => total + size, 0);
    expect(await sum(scripts)).toBeGreaterThan(0);
    expect(await sum(scripts)).toBeLessThan(30_000);
    expect(await sum(styles)).toBeGreaterThan(0);
    expect(await sum(styles)).toBeLessThan(10_000);
  });

  test('loads no user for whoever has no cookie, and sets none', async () => {
    const response = await fetch(`${site.url}/login`);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('threat 18 and 19: carries a strict policy and is stored nowhere', async () => {
    const { headers } = await fetch(`${site.url}/login`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('threat 18: writes what was typed as text, never as HTML', async () => {
    const typed = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
    const response = await fetch(`${site.url}/login`, {
      method: 'POST',
      body: new URLSearchParams({ username: typed, password: 'x' }),
    });
    const html = await response.text();
    expect(response.status).toBe(401);
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;script>alert(1)');
  });
});

describe('what no browser sends', () => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite('in one process');
  });
  afterAll(() => site.stop());

  const send = (path: string, init: RequestInit = {}) =>
    fetch(site.url + path, { redirect: 'manual', ...init });

  test.each([
    ['a JSON body', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }],
    [
      'a damaged multipart body',
      { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: 'nonsense' },
    ],
    [
      'a multipart body without its boundary',
      { method: 'POST', headers: { 'content-type': 'multipart/form-data' }, body: 'nonsense' },
    ],
    ['no body', { method: 'POST' }],
    [
      'a body of a megabyte',
      { method: 'POST', body: new URLSearchParams({ username: 'x'.repeat(1_000_000) }) },
    ],
    ['a file in place of a name', { method: 'POST', body: fileAs('username') }],
    ['another method', { method: 'PUT', body: 'x' }],
    ['a cookie of nonsense', { headers: { cookie: 'latchkey_session=%E0%A4%A; =; latchkey_session' } }],
    ['a long cookie', { headers: { cookie: `latchkey_session=${'x'.repeat(6000)}` } }],
  ] as [string, RequestInit][])('threat 20: %s makes no 5xx', async (_, init) => {
    for (const path of ['/login', '/register', '/logout', '/', '/account']) {
      expect((await send(path, init)).status, path).toBeLessThan(500);
    }
  });

  test.each(['https://evil.example', 'null'])('threat 16: a form from %s changes nothing', async (origin) => {
    const body = new URLSearchParams({ username: 'susan', password: 'cat' });
    const response = await send('/login', { method: 'POST', headers: { origin }, body });
    expect(response.status).toBe(403);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.text()).toContain('came from another site');
  });

  test('a wrong password is told to whoever is signed in as well', async () => {
    const as = (password: string) => new URLSearchParams({ username: 'susan', password });
    const signedIn = await send('/login', { method: 'POST', body: as('cat') });
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect((await send('/login', { method: 'POST', headers: { cookie }, body: as('wrong') })).status).toBe(
      401,
    );
    expect((await send('/login', { headers: { cookie } })).status).toBe(303);
  });

  test('threat 16: a call of the API from another site is refused in the form of the API', async () => {
    const response = await send('/trpc/auth.logout', {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { data: { reason: 'cross_site' } } });
  });

  test('threat 2: password managers are told what a field is for, and where to change a password', async () => {
    const { status, headers } = await send('/.well-known/change-password');
    expect([status, headers.get('location')]).toEqual([303, '/account/password']);
    const passwordFields = async (path: string) =>
      (await (await send(path)).text()).match(/<input[^>]*type="password"[^>]*>/g) ?? [];
    for (const [path, purpose] of [
      ['/login', 'current-password'],
      ['/register', 'new-password'],
    ] as const) {
      const fields = await passwordFields(path);
      expect(fields.length, path).toBeGreaterThan(0);
      for (const field of fields) {
        expect(field).toContain(`autocomplete="${purpose}"`);
        // Nothing cuts what is typed, and nothing keeps from pasting.
        expect(field).not.toMatch(/maxlength|onpaste/);
      }
    }
  });

  test('threat 5: a link in a mail leads to this site, whatever Host was sent; its page sends no referrer and is in no index', async () => {
    await sendAs('evil.example', new URL('/forgot-password', site.url), 'email=sam%40example.com');
    const ask = async (path: string) => (await (await send(path)).json()) as { result: { data: unknown } };
    const mails = async () => (await ask('/trpc/development.mails')).result.data as { id: string }[];
    await expect.poll(mails).toHaveLength(1);
    const [sent] = await mails();
    const input = encodeURIComponent(JSON.stringify({ id: sent?.id }));
    const mail = await ask(`/trpc/development.mail?input=${input}`);
    expect(JSON.stringify(mail)).not.toContain('evil.example');
    const [link = ''] = /http[^\s"\\]+\/reset-password\/[\w-]+/.exec(JSON.stringify(mail)) ?? [];
    expect(new URL(link).origin).toBe(site.url);

    const { status, headers } = await fetch(link);
    expect(status).toBe(200);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-robots-tag')).toBe('noindex');
  });

  test('the site answers to this machine’s other names, each as its own origin', async () => {
    const here = site.url.replace('localhost', '127.0.0.1');
    const body = new URLSearchParams({ username: 'susan', password: 'cat' });
    const response = await fetch(`${here}/login`, {
      method: 'POST',
      headers: { origin: here },
      body,
      redirect: 'manual',
    });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
  });

  test.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/%09/evil.example',
    '/.//evil.example',
  ])('threat 17: next=%s leads to the start page', async (next) => {
    const body = new URLSearchParams({ username: 'susan', password: 'cat' });
    const response = await send(`/login?next=${encodeURIComponent(next)}`, { method: 'POST', body });
    expect(response.status).toBe(303);
    expect(new URL(response.headers.get('location') ?? '', site.url).origin).toBe(site.url);
  });

  test('threat 26: every page outside of the open folder is closed', async () => {
    const closed = await closedPages();
    expect(closed).toContain('/');
    for (const path of closed) {
      const response = await send(path);
      expect(response.status, path).toBe(303);
      expect(response.headers.get('location'), path).toBe(`/login?next=${encodeURIComponent(path)}`);
      expect((await send(path, { method: 'POST', body: new URLSearchParams() })).status, path).toBe(303);
    }
  });

  test('the API answers at the same address, and only POST changes something', async () => {
    expect(await (await send('/trpc/auth.me')).json()).toEqual({ result: { data: null } });
    expect((await send('/trpc/auth.logout')).status).toBe(405);
    expect((await send('/logout')).status).toBe(405);
  });
});

/** Every page there is, from the folders that make them. */
async function closedPages(): Promise<string[]> {
  const routes = resolve(import.meta.dirname, '../../../apps/web/src/routes');
  const files = await readdir(routes, { recursive: true });
  return files
    .filter((file) => file.endsWith('+page.svelte') && !file.startsWith('(open)'))
    .map((file) => `/${dirname(file)}`.replace(/^\/\.$/, '/'));
}

/** A form with a Host header that says something else than the address. */
async function sendAs(host: string, url: URL, form: string): Promise<void> {
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded' };
  const sending = request(url, { method: 'POST', headers });
  sending.end(form);
  const [answer] = (await once(sending, 'response')) as [IncomingMessage];
  expect(answer.statusCode).toBeLessThan(400);
  answer.resume();
}

function fileAs(name: string): FormData {
  const form = new FormData();
  form.set(name, new Blob(['a file']), 'file.txt');
  return form;
}
