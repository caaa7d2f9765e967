import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { invalidCredentials, passwordsDiffer, usernameMissing } from './api-sentences.ts';
import { readCookies, fillNewPassword, submitSignIn, useBrowser } from './browser.ts';
import { cookieNamed, demoUsers, getSite, susan } from './site.ts';
import type { Mode } from './start-site.ts';

const passphrase = 'correct horse battery staple';
const modes: Mode[] = ['in one process', 'with API_URL set'];

describe.each(modes)('signing in to the site %s', (mode) => {
  const site = getSite(mode);

  test.each(demoUsers)('$username / $password opens the home page', async (user) => {
    const home = await site.read('/', await site.signIn(user));
    expect(home).toContain(`Hi, ${user.username}!`);
    expect(home).toContain(user.email);
  });

  test('an unknown user gets the same response as a wrong password [T3]', async () => {
    const responses = [];
    for (const username of ['susan', 'unknown']) {
      const response = await site.post('/login', { username, password: 'wrong' });
      responses.push([response.status, (await response.text()).replaceAll(username, 'NAME')]);
    }
    expect(responses[0]).toEqual([401, expect.stringContaining(invalidCredentials)]);
    expect(responses[1]).toEqual(responses[0]);
  });

  test('without "remember me", the only cookie ends with the browser session', async () => {
    const [cookie = '', ...others] = (await site.post('/login', susan)).headers.getSetCookie();
    expect(cookie).toMatch(/^latchkey_session=s_[^;]+;/);
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).not.toMatch(/Max-Age|Expires/i);
    expect(others).toEqual([]);
  });

  test('with "remember me", a second cookie lasts at least 29 days', async () => {
    const response = await site.post('/login', { ...susan, remember: 'on' });
    const cookies = response.headers.getSetCookie();
    expect(cookies).toHaveLength(2);
    const remember = cookies.find((cookie) => cookie.startsWith('latchkey_remember=')) ?? '';
    expect(remember).toMatch(/; HttpOnly/);
    expect(remember).toMatch(/; SameSite=Lax/);
    expect(remember).toMatch(/; Path=\/(;|$)/);
    expect(Number(/Max-Age=(\d+)/.exec(remember)?.[1])).toBeGreaterThan(29 * 86_400);
  });

  test('a signed-in user still sees that another password is wrong', async () => {
    const cookie = await site.signIn(susan);
    const wrong = await site.post('/login', { ...susan, password: 'wrong' }, { cookie });
    expect(wrong.status).toBe(401);
    expect((await site.send('/login', { headers: { cookie } })).status).toBe(303);
  });
});

describe.each<[Mode, string, boolean]>([
  ['in one process', 'with JavaScript', true],
  ['in one process', 'without JavaScript', false],
  ['with API_URL set', 'with JavaScript', true],
  ['with API_URL set', 'without JavaScript', false],
])('the site %s, in a browser %s', (mode, _, javaScript) => {
  const site = getSite(mode);
  const browser = useBrowser(site, { javaScript });

  test('signing in opens the requested page, query included', async () => {
    const { page, errors } = await browser.open('/account?tab=2&x=%20y');
    expect(await page.getByRole('status').textContent()).toBe('Please log in to access this page.');

    await submitSignIn(page, susan);
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    expect(page.url()).toBe(`${site.url}/account?tab=2&x=%20y`);
    expect(await page.getByText(susan.email).isVisible()).toBe(true);
    expect(errors).toEqual([]);
  });

  test('a wrong password is announced, and only the password is cleared', async () => {
    const { page } = await browser.open('/login');
    await submitSignIn(page, { username: 'susan', password: 'wrong' }, { remember: true });
    await page.getByRole('alert').waitFor();

    expect(await page.getByRole('alert').textContent()).toBe(invalidCredentials);
    expect(await page.title()).toMatch(/^Error: /);
    expect(await page.getByLabel('User name or e-mail').inputValue()).toBe('susan');
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    expect(await page.getByLabel('Keep me signed in').isChecked()).toBe(true);
  });

  test('after an error, the first invalid field has the focus', async () => {
    const { page } = await browser.open('/login');
    await submitSignIn(page, { username: '', password: '' });
    await page.getByText(usernameMissing).waitFor();
    expect(await page.locator(':focus').getAttribute('name')).toBe('username');

    await submitSignIn(page, { username: 'susan', password: 'wrong' });
    await page.getByRole('alert').filter({ hasText: invalidCredentials }).waitFor();
    expect(await page.locator(':focus').getAttribute('name')).toBe('password');
  });

  test('signing out removes the cookies and ends the session of a copied one [T10]', async () => {
    const { context, page } = await browser.openAs(susan, '/');
    const copied = await readCookies(context);
    expect(await site.isSignedIn(copied)).toBe(true);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    expect(await context.cookies()).toEqual([]);
    expect(await site.isSignedIn(copied)).toBe(false);
  });

  test('going back after signing out does not show the page again [T19]', async () => {
    const { page } = await browser.openAs(susan, '/');
    await page.getByText(susan.email).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByText(susan.email).count()).toBe(0);
  });

  test('a new account is signed in, and can sign in again', async () => {
    const suffix = randomBytes(4).toString('hex');
    const username = `Zoë-${suffix}`;
    const { page } = await browser.open('/register');
    await page.getByLabel('User name').fill(username);
    await page.getByLabel('E-mail').fill(`zoe-${suffix}@example.org`);
    await fillNewPassword(page, passphrase, 'something else entirely');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText(passwordsDiffer).waitFor();
    expect(await page.getByLabel('User name').inputValue()).toBe(username);

    await fillNewPassword(page, passphrase);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: `Hi, ${username}!` }).waitFor();

    const again = await site.signIn({ username: username.toUpperCase(), password: passphrase });
    expect(await site.read('/', again)).toContain(`Hi, ${username}!`);
  });

  test('the sign-in form can be used with the keyboard alone', async () => {
    const { context, page } = await browser.open('/login');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to content');
    await page.getByLabel('User name or e-mail').focus();
    await page.keyboard.type('eric');
    await page.keyboard.press('Tab');
    await page.keyboard.type('yoo');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Hi, eric!' }).waitFor();
    expect(cookieNamed('latchkey_remember', await readCookies(context))).not.toBe('');
    expect(await page.getByText('Stays signed in').isVisible()).toBe(true);
  });
});

describe('with JavaScript', () => {
  const site = getSite('in one process');
  const browser = useBrowser(site);

  test('forms are submitted without a full page load', async () => {
    const { page } = await browser.open('/login');
    // A page load would remove the mark.
    await page.evaluate(() => Object.assign(globalThis, { mark: 'here' }));

    await submitSignIn(page, { username: 'susan', password: 'wrong' });
    await page.getByRole('alert').waitFor();
    await submitSignIn(page, susan);
    await page.getByRole('heading', { name: 'Hi, susan!' }).waitFor();
    // The cast: the mark set above.
    expect(await page.evaluate(() => (globalThis as { mark?: string }).mark)).toBe('here');
    expect(page.url()).toBe(`${site.url}/`);
    expect(await page.title()).toBe('Home · Latchkey');
  });

  test('a double click on the button submits the form once', async () => {
    const { page } = await browser.open('/login');
    let submissions = 0;
    await page.route('**/login', async (route) => {
      if (route.request().method() === 'POST') submissions += 1;
      await route.continue();
    });
    await page.getByLabel('User name or e-mail').fill('susan');
    await page.getByLabel('Password').fill('cat');
    await page.getByRole('button', { name: 'Sign in' }).dblclick();
    await page.getByRole('heading', { name: 'Hi, susan!' }).waitFor();
    expect(submissions).toBe(1);
  });

  test('the skip link moves the focus without a page load', async () => {
    const { page } = await browser.open('/login');
    await page.getByLabel('User name or e-mail').fill('half-typed');
    await page.getByRole('link', { name: 'Skip to content' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').getAttribute('id')).toBe('content');
    expect(await page.getByLabel('User name or e-mail').inputValue()).toBe('half-typed');
  });

  test('the strength of a new password is shown while it is typed', async () => {
    const { page } = await browser.open('/register');
    const strength = page.locator('#password-strength');
    const field = page.getByLabel('Password', { exact: true });
    await field.fill('plum tram vogue i');
    await expect.poll(() => strength.textContent()).toBe('Too short: 17 of 18 characters.');
    await field.fill('plum tram vogue kiln');
    await expect.poll(() => strength.textContent()).toMatch(/^(Fair|Good)/);
    // One character, which normalization turns into 18.
    await field.fill('ﷺ');
    await expect.poll(() => strength.textContent()).toBe('Too short: 1 of 18 characters.');
  });

  test('a password made of the site’s name is not shown as good', async () => {
    const { page } = await browser.open('/register');
    const strength = page.locator('#password-strength');
    // Good on any other site.
    await page.getByLabel('Password', { exact: true }).fill('localhost-latchkey');
    await expect.poll(() => strength.textContent()).toMatch(/^Fair/);
  });
});
