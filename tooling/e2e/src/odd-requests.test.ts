import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signIn, useBrowser } from './browser.ts';
import { startSite, type Mode, type Site } from './site.ts';

const modes: Mode[] = ['in one process', 'with API_URL set'];

describe.each(modes)('%s', (mode) => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite(mode, { PASSWORD_MIN_LENGTH: '18' });
  });
  afterAll(() => site.stop());

  const send = (path: string, init: RequestInit = {}) =>
    fetch(site.url + path, { redirect: 'manual', ...init });
  const form = (fields: Record<string, string>, headers: Record<string, string> = {}) => ({
    method: 'POST',
    headers,
    body: new URLSearchParams(fields),
  });
  const cookieOfSam = async () => {
    const { headers } = await send('/login', form({ username: 'sam', password: 'dog' }));
    return headers.getSetCookie()[0]?.split(';')[0] ?? '';
  };

  test.each(['/login', '/confirm', '/register', '/account', '/account/password'])(
    'threat 20: a form for the action that has no name, asked for by name at %s, is not found',
    async (path) => {
      const headers = { cookie: await cookieOfSam() };
      for (const search of ['?/default', '?next=/&/default=1']) {
        expect((await send(path + search, form({ password: 'dog' }, headers))).status).toBe(404);
      }
      expect((await send(`${path}?/nonsense`, form({}, headers))).status).toBeLessThan(500);
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
  ])('threat 20: %s is no fault of ours', async (path) => {
    const { status } = await send(path, { headers: { cookie: await cookieOfSam() } });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });

  test('threat 20: a field that is far too long is told as too large', async () => {
    const response = await send('/login', form({ username: 'x'.repeat(140_000), password: 'cat' }));
    expect(response.status).toBe(413);
    expect(await response.text()).toContain('That is more than this site takes at once.');
  });

  test('two passwords that differ are told together with what is wrong with the first one', async () => {
    const fields = { username: 'marigold', email: 'm@example.com', password: 'short', password2: 'other' };
    for (const [path, headers] of [
      ['/register', {}],
      ['/account/password', { cookie: await cookieOfSam() }],
    ] as const) {
      const response = await send(path, form(fields, headers));
      expect(response.status, path).toBe(400);
      const text = await response.text();
      expect(text, path).toContain('The two passwords differ.');
      expect(text, path).toContain('That has 5 characters. Use at least 18');
    }
  });

  test('the shortest password that may be chosen is said beside the field', async () => {
    expect(await (await send('/register')).text()).toContain('At least 18 characters.');
  });

  describe('in a browser', () => {
    const browser = useBrowser();

    test('the meter knows the shortest password, and what everybody knows of the site', async () => {
      const page = await (await browser.open()).newPage();
      await page.goto(`${site.url}/register`);
      const strength = page.locator('#password-strength');
      const field = page.getByLabel('Password', { exact: true });
      await field.fill('plum tram vogue i');
      await expect.poll(() => strength.textContent()).toBe('Too short: 17 of 18 characters.');
      await field.fill('plum tram vogue kiln');
      await expect.poll(() => strength.textContent()).toMatch(/^(Fair|Good)/);
      await field.fill('ﷺ');
      await expect.poll(() => strength.textContent()).toBe('Too short: 1 of 18 characters.');
      await field.fill('localhost-latchkey');
      // It would be good for anybody who does not know where it is.
      await expect.poll(() => strength.textContent()).toMatch(/^Fair/);
    });

    test('dates in the mailbox break between words, on a narrow screen too', async () => {
      const page = await (await browser.open({ width: 320 })).newPage();
      await page.goto(`${site.url}/login`);
      await signIn(page, 'sam', 'dog');
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      await send('/forgot-password', form({ email: 'sam@example.com' }));
      await expect
        .poll(async () => {
          await page.goto(`${site.url}/dev/mailbox`);
          return page.locator('time').count();
        })
        .toBeGreaterThan(0);
      // A word that is broken stands in two lines, and so in two boxes.
      const broken = await page.locator('time').evaluateAll((times) =>
        times.flatMap(({ firstChild }) => {
          const text = firstChild?.textContent ?? '';
          return [...text.matchAll(/\S+/g)].filter(({ index, 0: word }) => {
            const range = document.createRange();
            if (!firstChild) return false;
            range.setStart(firstChild, index);
            range.setEnd(firstChild, index + word.length);
            return range.getClientRects().length > 1;
          });
        }),
      );
      expect(broken).toEqual([]);
    });
  });
});
