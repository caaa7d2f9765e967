import { randomBytes } from 'node:crypto';
import type { Page, Route } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fillNewPassword, submitSignIn, useBrowser } from './browser.ts';
import { getSite, susan } from './site.ts';

/* What apps/web/src/lib/forms.js does with answers that are missing, or that are not a page. */

const site = getSite('in one process');
const browser = useBrowser(site);
const passphrase = 'correct horse battery staple';

/** Handles the forms that a page sends to a path. @returns how many were sent */
async function onPost(page: Page, path: string, handle: (route: Route) => Promise<void>) {
  const sent = { count: 0 };
  await page.route(`**${path}`, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    sent.count += 1;
    return handle(route);
  });
  return sent;
}

const notice = (page: Page) => page.locator('[role=alert]');

describe('a form whose answer is lost', () => {
  test('is not sent again, keeps its page and values, and can be repeated', async () => {
    const username = `lost-${randomBytes(4).toString('hex')}`;
    const { page } = await browser.open('/register');
    // The site creates the account, but the browser does not get the answer.
    const sent = await onPost(page, '/register', async (route) => {
      if (sent.count > 1) return route.continue();
      await route.fetch({ maxRedirects: 0 });
      return route.abort();
    });
    await page.getByLabel('User name').fill(username);
    await page.getByLabel('E-mail').fill(`${username}@example.org`);
    await fillNewPassword(page, passphrase);
    await page.getByRole('button', { name: 'Create account' }).click();

    await notice(page).filter({ hasText: 'No answer came' }).waitFor();
    expect(sent.count).toBe(1);
    expect(page.url()).toBe(`${site.url}/register`);
    expect(await page.getByLabel('User name').inputValue()).toBe(username);
    expect(await page.getByLabel('Confirm password').inputValue()).toBe(passphrase);
    expect(await notice(page).getAttribute('aria-live')).toBe('assertive');

    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: `Hi, ${username}!` }).waitFor();
  });

  test('is sent again by the button "Try again", as often as needed', async () => {
    const { page } = await browser.open('/login');
    const sent = await onPost(page, '/login', (route) => (sent.count < 3 ? route.abort() : route.continue()));
    await submitSignIn(page, susan, { remember: true });
    for (const count of [2, 3]) {
      await page.getByRole('button', { name: 'Try again' }).click();
      await expect.poll(() => sent.count).toBe(count);
    }
    await page.getByRole('heading', { name: 'Hi, susan!' }).waitFor();
    expect(await page.getByText('Stays signed in').isVisible()).toBe(true);
    expect(await notice(page).count()).toBe(0);
  });

  test('shows one notice, also when the form itself is sent again', async () => {
    const { page } = await browser.open('/login');
    const sent = await onPost(page, '/login', (route) => route.abort());
    await submitSignIn(page, susan);
    await notice(page).waitFor();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => sent.count).toBe(2);
    await notice(page).waitFor();
    expect(await notice(page).count()).toBe(1);
  });

  test('is also given up after half a minute without an answer', async () => {
    const { page } = await browser.open('/login');
    await page.clock.install();
    const sent = await onPost(page, '/login', () => Promise.resolve());
    await submitSignIn(page, susan);
    await expect.poll(() => sent.count).toBe(1);
    await page.clock.fastForward(31_000);
    await notice(page).filter({ hasText: 'No answer came' }).waitFor();
    await page.clock.resume();
  });

  test('says after signing out that one may still be signed in', async () => {
    const { page } = await browser.openAs(susan, '/');
    await onPost(page, '/logout', (route) => route.abort());
    await page.getByRole('button', { name: 'Sign out' }).click();
    await notice(page).filter({ hasText: 'you may still be signed in' }).waitFor();
    expect(await page.locator('main [role=alert]').count()).toBe(1);
  });

  test.each([
    [502, 'text/html', '<h1>Bad gateway</h1>'],
    [504, 'text/plain', 'upstream timed out'],
  ])('may get %d as %s from a proxy, which counts the same', async (status, contentType, body) => {
    const { page } = await browser.open('/login');
    await onPost(page, '/login', (route) => route.fulfill({ status, contentType, body }));
    await submitSignIn(page, susan);
    await notice(page).filter({ hasText: 'No answer came' }).waitFor();
    expect(await page.getByLabel('User name or e-mail').inputValue()).toBe('susan');
    expect(await page.getByText(body.replace(/<[^>]*>/g, '')).count()).toBe(0);
  });
});

describe('an answer that is not a page', () => {
  test('is opened by the browser when a form leads to it', async () => {
    const { page } = await browser.open('/login?next=%2Faccount%2Fdata%2Fdownload');
    const [download] = await Promise.all([page.waitForEvent('download'), submitSignIn(page, susan)]);
    expect(download.suggestedFilename()).toBe('my-data.json');
    expect(await page.getByText('"username"').count()).toBe(0);
    await download.delete();
  });

  test.each([
    [400, 'application/json', '{"message":"raw data"}'],
    [413, 'text/plain; charset=utf-8', 'raw data'],
    [500, 'application/json', '{"message":"raw data"}'],
    [429, '', 'raw data'],
  ])('does not replace the page: the error %d as %j', async (status, contentType, body) => {
    const { page } = await browser.open('/login');
    await onPost(page, '/login', (route) => route.fulfill({ status, contentType, body }));
    await submitSignIn(page, susan);
    await notice(page)
      .filter({ hasText: String(status) })
      .waitFor();
    expect(await page.getByText('raw data').count()).toBe(0);
    expect(await page.getByLabel('User name or e-mail').inputValue()).toBe('susan');
    expect(await page.getByRole('button', { name: 'Try again' }).isVisible()).toBe(true);
  });

  test.each([
    ['application/json', undefined],
    ['text/html', 'attachment; filename="login.html"'],
  ])('is saved as a file where it answers the form itself: %s', async (contentType, disposition) => {
    const { page } = await browser.open('/login');
    const headers = {
      'content-type': contentType,
      ...(disposition && { 'content-disposition': disposition }),
    };
    const sent = await onPost(page, '/login', (route) =>
      route.fulfill({ status: 200, headers, body: '<p>raw data</p>' }),
    );
    const [download] = await Promise.all([page.waitForEvent('download'), submitSignIn(page, susan)]);
    expect(download.suggestedFilename()).toMatch(/^login/);
    expect(await page.getByText('raw data').count()).toBe(0);
    expect(sent.count).toBe(1);
    await download.delete();
  });

  test('changes nothing when it has no content', async () => {
    const { page } = await browser.open('/login');
    await onPost(page, '/login', (route) => route.fulfill({ status: 204 }));
    await submitSignIn(page, susan);
    await expect.poll(() => page.locator('form').first().getAttribute('aria-busy')).toBeNull();
    expect(await page.getByLabel('User name or e-mail').inputValue()).toBe('susan');
  });
});
