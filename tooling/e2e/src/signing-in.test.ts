import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { complaintsOf, signIn, useBrowser } from './browser.ts';
import { startSite, type Mode, type Site } from './site.ts';

const demo = { susan: 'cat', sam: 'dog', jack: 'boo', eric: 'yoo', mayra: 'hey', bob: 'who' };
const passphrase = 'correct horse battery staple';

const worlds: [Mode, string, boolean][] = [
  ['in one process', 'with JavaScript', true],
  ['in one process', 'without JavaScript', false],
  ['with API_URL set', 'with JavaScript', true],
  ['with API_URL set', 'without JavaScript', false],
];

describe.each(worlds)('the site %s, in a browser %s', (mode, _, javaScript) => {
  const browser = useBrowser();
  let site: Site;
  beforeAll(async () => {
    site = await startSite(mode);
  });
  afterAll(() => site.stop());

  const openPage = async (path: string) => {
    const context = await browser.open({ javaScript });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(site.url + path);
    return { context, page, complaints };
  };
  const alert = 'That user name or password is not right. Check both and try again.';

  test.each(Object.entries(demo))('%s / %s signs in and sees their own page', async (username, password) => {
    const { page, complaints } = await openPage('/');
    expect(page.url()).toBe(`${site.url}/login?next=%2F`);
    expect(await page.getByRole('status').textContent()).toBe('Please log in to access this page.');

    await signIn(page, username, password);
    await page.getByRole('heading', { name: `Hi, ${username}!` }).waitFor();
    expect(page.url()).toBe(`${site.url}/`);
    expect(await page.getByText(`${username}@example.com`).isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('signing in leads to the exact page asked for, query included', async () => {
    const { page } = await openPage('/account?tab=2&x=%20y');
    await signIn(page, 'susan@example.com', 'cat');
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    expect(page.url()).toBe(`${site.url}/account?tab=2&x=%20y`);
  });

  test('a wrong password keeps the user name, drops the password, and says so aloud', async () => {
    const { page } = await openPage('/login');
    await signIn(page, 'susan', 'wrong', { remember: true });
    await page.getByRole('alert').waitFor();

    expect(await page.getByRole('alert').textContent()).toBe(alert);
    expect(await page.title()).toMatch(/^Problem: /);
    expect(await page.getByLabel('User name or e-mail').inputValue()).toBe('susan');
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    expect(await page.getByLabel('Keep me signed in').isChecked()).toBe(true);
  });

  test('threat 3: an unknown user sees the same page as a wrong password', async () => {
    const contents: string[] = [];
    for (const username of ['susan', 'nobody']) {
      const { page } = await openPage('/login');
      await signIn(page, username, 'wrong');
      await page.getByRole('alert').waitFor();
      contents.push((await page.content()).replaceAll(username, 'NAME'));
    }
    expect(contents[1]).toBe(contents[0]);
  });

  test('after a problem the focus is on the first field that needs another look', async () => {
    const { page } = await openPage('/login');
    await signIn(page, '', '');
    await page.getByText('Enter your user name or e-mail address.').waitFor();
    expect(await page.locator(':focus').getAttribute('name')).toBe('username');

    await signIn(page, 'susan', 'wrong');
    await page.getByRole('alert').filter({ hasText: alert }).waitFor();
    expect(await page.locator(':focus').getAttribute('name')).toBe('password');
  });

  test('threat 10: signing out ends it, for a copied cookie too', async () => {
    const { context, page } = await openPage('/login');
    await signIn(page, 'sam', 'dog');
    await page.getByRole('heading', { name: 'Hi, sam!' }).waitFor();
    const copied = await context.cookies();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You have signed out.').waitFor();
    expect(await context.cookies()).toEqual([]);

    const thief = await browser.open({ javaScript });
    await thief.addCookies(copied);
    const theirs = await thief.newPage();
    await theirs.goto(site.url);
    expect(theirs.url()).toContain('/login');
  });

  test('threat 19: going back after signing out shows nothing of the page', async () => {
    const { page } = await openPage('/login');
    await signIn(page, 'bob', 'who');
    await page.getByRole('heading', { name: 'Hi, bob!' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You have signed out.').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByText('bob@example.com').count()).toBe(0);
  });

  test('the session’s cookie ends with the browser, the one of remember me stays', async () => {
    for (const remember of [false, true]) {
      const { context, page } = await openPage('/login');
      await signIn(page, 'mayra', 'hey', { remember });
      await page.getByRole('heading', { name: 'Hi, mayra!' }).waitFor();
      const cookies = await context.cookies();
      const named = (name: string) => cookies.find((cookie) => cookie.name === name);
      expect(named('latchkey_session')).toMatchObject({ httpOnly: true, sameSite: 'Lax', expires: -1 });
      if (!remember) expect(cookies).toHaveLength(1);
      else {
        expect(named('latchkey_remember')).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
        expect(named('latchkey_remember')?.expires).toBeGreaterThan(Date.now() / 1000 + 29 * 86_400);
      }
    }
  });

  test('a new account is made, signed in, and can sign in again', async () => {
    const name = `Zoë-${mode === 'in one process' ? 'one' : 'two'}-${javaScript ? 'js' : 'plain'}`;
    const { page } = await openPage('/register');
    await page.getByLabel('User name').fill(name);
    await page.getByLabel('E-mail').fill(`${encodeURIComponent(name)}@example.org`);
    await page.getByLabel('Password', { exact: true }).fill(passphrase);
    await page.getByLabel('The same password again').fill('something else entirely');
    await page.getByRole('button', { name: 'Create the account' }).click();
    await page.getByText('The two passwords differ.').waitFor();
    expect(await page.getByLabel('User name').inputValue()).toBe(name);

    await page.getByLabel('Password', { exact: true }).fill(passphrase);
    await page.getByLabel('The same password again').fill(passphrase);
    await page.getByRole('button', { name: 'Create the account' }).click();
    await page.getByRole('heading', { name: `Hi, ${name}!` }).waitFor();

    const again = await openPage('/login');
    await signIn(again.page, name.toUpperCase(), passphrase);
    await again.page.getByRole('heading', { name: `Hi, ${name}!` }).waitFor();
  });

  test('the keyboard alone is enough', async () => {
    const { page } = await openPage('/login');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the content');
    await page.getByLabel('User name or e-mail').focus();
    await page.keyboard.type('eric');
    await page.keyboard.press('Tab');
    await page.keyboard.type('yoo');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Hi, eric!' }).waitFor();
    expect(await page.getByText('Stays signed in').isVisible()).toBe(true);
  });

  test('a page that does not exist says so, signed in or not', async () => {
    const context = await browser.open({ javaScript });
    const page = await context.newPage();
    expect((await page.goto(`${site.url}/nowhere`))?.status()).toBe(404);
    expect(await page.getByRole('heading', { name: 'Page not found' }).isVisible()).toBe(true);
  });
});

describe('with JavaScript', () => {
  const browser = useBrowser();
  let site: Site;
  beforeAll(async () => {
    site = await startSite('in one process');
  });
  afterAll(() => site.stop());

  test('forms are sent without a full reload', async () => {
    const page = await (await browser.open()).newPage();
    await page.goto(`${site.url}/login`);
    // A mark that no reload survives.
    await page.evaluate(() => Object.assign(globalThis, { mark: 'here' }));

    await signIn(page, 'susan', 'wrong');
    await page.getByRole('alert').waitFor();
    await signIn(page, 'susan', 'cat');
    await page.getByRole('heading', { name: 'Hi, susan!' }).waitFor();
    expect(await page.evaluate(() => (globalThis as { mark?: string }).mark)).toBe('here');
    expect(page.url()).toBe(`${site.url}/`);
    expect(await page.title()).toBe('Home · Latchkey');
  });

  test('a form is sent once, however often its button is pressed', async () => {
    const page = await (await browser.open()).newPage();
    await page.goto(`${site.url}/login`);
    let sent = 0;
    await page.route('**/login', async (route) => {
      if (route.request().method() === 'POST') sent += 1;
      await route.continue();
    });
    await page.getByLabel('User name or e-mail').fill('susan');
    await page.getByLabel('Password').fill('cat');
    await page.getByRole('button', { name: 'Sign in' }).dblclick();
    await page.getByRole('heading', { name: 'Hi, susan!' }).waitFor();
    expect(sent).toBe(1);
  });

  test('the skip link moves the focus and keeps the page', async () => {
    const page = await (await browser.open()).newPage();
    await page.goto(`${site.url}/login`);
    await page.getByLabel('User name or e-mail').fill('half-typed');
    await page.getByRole('link', { name: 'Skip to the content' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').getAttribute('id')).toBe('content');
    expect(await page.getByLabel('User name or e-mail').inputValue()).toBe('half-typed');
  });
});

describe('after the site was stopped and started again', () => {
  const browser = useBrowser();
  let site: Site;
  beforeAll(async () => {
    site = await startSite('in one process');
  });
  afterAll(() => site.stop());

  test('a browser that ticked remember me is still signed in', async () => {
    const page = await (await browser.open()).newPage();
    await page.goto(`${site.url}/login`);
    await signIn(page, 'susan', 'cat', { remember: true });
    await page.getByRole('heading', { name: 'Hi, susan!' }).waitFor();

    await site.restart();
    await page.goto(`${site.url}/account`);
    expect(await page.getByText('Stays signed in').isVisible()).toBe(true);
  });
});
