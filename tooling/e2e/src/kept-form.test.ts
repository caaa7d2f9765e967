import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fillNewPassword, submitSignIn, useBrowser } from './browser.ts';
import { getSite, sam, type Account } from './site.ts';
import type { Mode } from './start-site.ts';

/* A login or its freshness ends while a form is being filled. */

const typed = 'typed+"<b>@example.org';

describe.each<[Mode, string, boolean]>([
  ['in one process', 'with JavaScript', true],
  ['in one process', 'without JavaScript', false],
  ['with API_URL set', 'with JavaScript', true],
  ['with API_URL set', 'without JavaScript', false],
])('a form of the site %s, in a browser %s', (mode, _, javaScript) => {
  const site = getSite(mode);
  const browser = useBrowser(site, { javaScript });

  /** Opens the page to change the address, and fills its form. */
  async function fillForm(): Promise<{ context: BrowserContext; page: Page; account: Account }> {
    const account = await site.createAccount();
    const { context, page } = await browser.openAs(account, '/account/email?tab=2', { remember: true });
    await page.getByLabel('New e-mail address').fill(typed);
    return { context, page, account };
  }

  const submit = (page: Page) => page.getByRole('button', { name: 'Change address' }).click();
  const confirm = async (page: Page, password: string) => {
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Continue' }).click();
  };

  test('is shown again with its entries after confirming the password', async () => {
    const { context, page, account } = await fillForm();
    // The remembered browser gets a session that is not fresh.
    await context.clearCookies({ name: 'latchkey_session' });
    await submit(page);
    await page.getByRole('heading', { name: 'Confirm your password' }).waitFor();
    expect(await page.getByText('Not changed yet').count()).toBe(1);

    await confirm(page, 'wrong');
    await page.getByText('Wrong password').first().waitFor();
    expect(await page.getByText('Not changed yet').count()).toBe(1);
    await confirm(page, account.password);
    await page.getByRole('heading', { name: 'Change your e-mail address' }).waitFor();
    expect(await page.getByText('Not changed yet').count()).toBe(1);
    expect(await page.getByLabel('New e-mail address').inputValue()).toBe(typed);
    expect(page.url()).not.toContain('typed');

    await page.getByLabel('New e-mail address').fill(`new-${account.email}`);
    await submit(page);
    await page.getByText('confirmation link to the new address').waitFor();
    expect(new URL(page.url()).pathname).toBe('/account');
  });

  test('is shown again with its entries after signing in', async () => {
    const { context, page, account } = await fillForm();
    await context.clearCookies();
    await submit(page);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await submitSignIn(page, { ...account, password: 'wrong' });
    await page.getByRole('alert').waitFor();
    expect(await page.getByText('Not changed yet').count()).toBe(1);

    await submitSignIn(page, account);
    await page.getByRole('heading', { name: 'Change your e-mail address' }).waitFor();
    expect(await page.getByText('Not changed yet').count()).toBe(1);
    expect(await page.getByLabel('New e-mail address').inputValue()).toBe(typed);
    if (javaScript) expect(page.url()).toBe(`${site.url}/account/email?tab=2`);
  });

  test('is not shown to another user who signs in [T27]', async () => {
    const { context, page } = await fillForm();
    await context.clearCookies();
    await submit(page);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await submitSignIn(page, sam);
    await page.getByRole('heading', { name: 'Change your e-mail address' }).waitFor();
    expect(await page.getByLabel('New e-mail address').inputValue()).toBe('');
    expect(await page.content()).not.toContain('typed');
    expect(await page.getByText('Not changed yet').count()).toBe(0);
  });

  test('with passwords is shown again without them [T31]', async () => {
    const account = await site.createAccount();
    const { context, page } = await browser.openAs(account, '/account/password');
    await fillNewPassword(page, 'a new password of mine');
    await context.clearCookies();
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.content()).not.toContain('a new password of mine');
    await submitSignIn(page, account);
    await page.getByRole('heading', { name: 'Change your password' }).waitFor();
    expect(await page.getByText('Not changed yet').count()).toBe(1);
    expect(await page.getByLabel('New password').inputValue()).toBe('');
  });
});

describe('entries from a sign-in page', () => {
  const site = getSite('in one process');
  const entries = (page: string) => JSON.stringify({ id: 'x', page, entries: [['email', typed]] });

  test.each([
    '/account/email',
    'https://evil.example/',
    '//evil.example/',
    '/healthz',
    '/account/data/download',
    '/logout',
    '/nowhere',
  ])('for the page %s that has no such form change nothing', async (page) => {
    const response = await site.post('/login', { ...sam, 'form-entries': entries(page) });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
  });

  test('from another site are refused [T16]', async () => {
    const headers = { origin: 'https://evil.example' };
    const response = await site.post(
      '/login',
      { ...sam, 'form-entries': entries('/account/email') },
      headers,
    );
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('typed');
  });
});
