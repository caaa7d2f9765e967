import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCookieHeader } from './site.ts';
import { startSite, type Mode, type RunningSite } from './start-site.ts';

const modes: Mode[] = ['in one process', 'with API_URL set'];

describe.each(modes)('a site behind a proxy, %s', (mode) => {
  let site: RunningSite;
  beforeAll(async () => {
    site = await startSite(mode, {
      TRUST_PROXY: '1',
      COOKIE_PREFIX: 'shop_',
      KEEP_ALIVE: '90s',
      ALLOWED_ORIGINS: 'http://www.example.com,https://shop.example.com:8443',
    });
  });
  afterAll(() => site.stop());

  async function signIn(headers: [string, string][] = []): Promise<string> {
    const body = new URLSearchParams({ username: 'susan', password: 'cat', remember: 'on' });
    const init: RequestInit = { method: 'POST', redirect: 'manual', headers, body };
    return readCookieHeader(await fetch(`${site.url}/login`, init));
  }

  /** Signs in with these headers. @returns the page with the list of devices */
  async function readDevices(headers: [string, string][]): Promise<string> {
    const cookie = await signIn(headers);
    const page = await fetch(`${site.url}/account/sessions`, { headers: [...headers, ['cookie', cookie]] });
    return page.text();
  }

  /** The address of the current device, in the line below its name. */
  async function shownAddress(...forwardedFor: string[]): Promise<string | undefined> {
    const page = await readDevices(forwardedFor.map((value) => ['x-forwarded-for', value]));
    return /This device[\s\S]*?<p class="hint">\s*([^<·]*?)\s*[<·]/.exec(page)?.[1];
  }

  test.each([
    ['203.0.113.7:51234', '203.0.113.7'],
    ['198.51.100.1, "[2001:DB8:0::1]:443"', '2001:db8::1'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['_hidden', 'Unknown address'],
    ['198.51.100.1, nonsense', 'Unknown address'],
  ])('the client of X-Forwarded-For: %s is shown as %s [T22]', async (header, address) => {
    expect(await shownAddress(header)).toBe(address);
  });

  test('the last of several header lines counts [T22]', async () => {
    expect(await shownAddress('198.51.100.1', '203.0.113.7')).toBe('203.0.113.7');
  });

  test('a client cannot set the header between the servers [T22]', async () => {
    const page = await readDevices([
      ['x-latchkey-address', '198.51.100.1'],
      ['x-forwarded-for', '203.0.113.7'],
      ['forwarded', 'for=198.51.100.2'],
    ]);
    expect(page).toContain('203.0.113.7');
    expect(page).not.toContain('198.51.100.');
  });

  test('the cookies have the prefix, beside those of another site on the host', async () => {
    const cookie = await signIn();
    expect(cookie.replaceAll(/=[^;]*/g, '')).toBe('shop_session; shop_remember');
    const others = 'latchkey_session=s_other; latchkey_remember=r_other';
    const page = await fetch(`${site.url}/account`, {
      headers: { cookie: `${others}; ${cookie}` },
      redirect: 'manual',
    });
    expect([page.status, page.headers.getSetCookie()]).toEqual([200, []]);
    const stranger = await fetch(`${site.url}/account`, { headers: { cookie: others }, redirect: 'manual' });
    expect([stranger.status, stranger.headers.getSetCookie()]).toEqual([303, []]);
  });

  test('idle connections stay open for KEEP_ALIVE', async () => {
    expect((await fetch(`${site.url}/healthz`)).headers.get('keep-alive')).toBe('timeout=90');
    expect((await fetch(`${site.url}/readyz`)).headers.get('keep-alive')).toBe('timeout=90');
  });

  /** Sends the form and a call to sign in, as a page of an origin does. @returns their status codes */
  async function signInFrom(origin: string): Promise<number[]> {
    const headers = { origin, 'content-type': 'application/json' };
    const credentials = { username: 'susan', password: 'cat' };
    const form = await fetch(`${site.url}/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin, 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams(credentials),
    });
    const body = JSON.stringify(credentials);
    const call = await fetch(`${site.url}/trpc/auth.login`, { method: 'POST', headers, body });
    return [form.status, call.status];
  }

  test('forms and calls from ORIGIN and ALLOWED_ORIGINS are accepted [T16]', async () => {
    for (const origin of [site.url, 'http://www.example.com', 'https://shop.example.com:8443']) {
      expect(await signInFrom(origin), origin).toEqual([303, 200]);
    }
  });

  test.each([
    'https://www.example.com',
    'http://example.com',
    'http://www.example.com.evil.example',
    'http://www.example.com:8080',
    'https://shop.example.com',
    'null',
  ])('forms and calls from %s are refused [T16]', async (origin) => {
    expect(await signInFrom(origin)).toEqual([403, 403]);
  });
});
