import { openDatabase, RememberToken } from '@latchkey/db';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { complaintsOf, signIn, useBrowser } from './browser.ts';
import { startSite, type Mode, type Site } from './site.ts';

const passphrase = 'velvet otter juggles lemons';
const another = 'nine quiet harbours sleeping';

const worlds: [Mode, string, boolean][] = [
  ['in one process', 'with JavaScript', true],
  ['in one process', 'without JavaScript', false],
  ['with API_URL set', 'with JavaScript', true],
  ['with API_URL set', 'without JavaScript', false],
];

/** Tokens that were used count as used a minute ago: longer than parallel requests explain. */
async function forgetGrace(databaseUrl: string): Promise<void> {
  const database = await openDatabase(databaseUrl);
  const aMinuteAgo = new Date(Date.now() - 60_000);
  await database.em().nativeUpdate(RememberToken, { rotatedAt: { $ne: null } }, { rotatedAt: aMinuteAgo });
  await database.close();
}

describe.each(worlds)('accounts %s, in a browser %s', (mode, _, javaScript) => {
  const browser = useBrowser();
  let site: Site;
  beforeAll(async () => {
    site = await startSite(mode);
  });
  afterAll(() => site.stop());

  const open = async (path: string) => {
    const context = await browser.open({ javaScript });
    const page = await context.newPage();
    await page.goto(site.url + path);
    return { context, page, complaints: complaintsOf(page) };
  };

  const enter = async (path: string, username: string, password: string, remember = false) => {
    const opened = await open(path);
    await signIn(opened.page, username, password, { remember });
    await opened.page.getByRole('button', { name: 'Sign out' }).waitFor();
    return opened;
  };

  /** The link in the latest mail to somebody, from the mailbox for development. */
  const mailedLink = async (page: Page, to: string, path: string): Promise<string> => {
    await expect
      .poll(async () => {
        await page.goto(`${site.url}/dev/mailbox`);
        return page.getByRole('row', { name: to }).count();
      })
      .toBeGreaterThan(0);
    await page.getByRole('row', { name: to }).first().getByRole('link').first().click();
    const text = await page.locator('pre').textContent();
    const [link] = new RegExp(`${site.url}${path}/\\S+`).exec(text ?? '') ?? [];
    if (!link) throw new Error(`No link to ${path} in: ${text}`);
    return link;
  };

  const register = async (username: string) => {
    const { page, ...opened } = await open('/register');
    await page.getByLabel('User name').fill(username);
    await page.getByLabel('E-mail').fill(`${username}@example.com`);
    await page.getByLabel('Password', { exact: true }).fill(passphrase);
    await page.getByLabel('The same password again').fill(passphrase);
    await page.getByRole('button', { name: 'Create the account' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    return { page, ...opened };
  };

  test('a new account verifies its address by the link in a mail', async () => {
    const { page, complaints } = await register('verena');
    await page.goto(await mailedLink(page, 'verena@example.com', '/verify-email'));
    await page.getByRole('button', { name: /verify|confirm/i }).click();
    await page
      .getByText(/verified|confirmed/i)
      .first()
      .waitFor();
    await page.goto(`${site.url}/account`);
    expect(await page.getByText('not verified').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('threat 5: a forgotten password is replaced by a link that is good once, and every session ends', async () => {
    await register('fergus');
    const { page: elsewhere } = await enter('/login', 'fergus', passphrase, true);

    const { page } = await open('/forgot-password');
    await page.getByLabel('E-mail').fill('fergus@example.com');
    await page.getByRole('button', { name: /link|reset/i }).click();
    await page.getByRole('status').waitFor();
    const link = await mailedLink(page, 'fergus@example.com', '/reset-password');

    await page.goto(link);
    await page.getByLabel('New password', { exact: true }).fill(another);
    await page.getByLabel('The same password again').fill(another);
    await page
      .getByRole('button', { name: /password/i })
      .last()
      .click();
    await page.waitForURL(/\/login/);
    await signIn(page, 'fergus', another);
    await page.getByRole('heading', { name: 'Hi, fergus!' }).waitFor();

    await elsewhere.goto(site.url);
    expect(elsewhere.url()).toContain('/login');
    await page.goto(link);
    await page
      .getByText(/not good any more/)
      .first()
      .waitFor();
  });

  test('threat 4: asking for a link looks the same for an address that nobody has', async () => {
    const contents: string[] = [];
    for (const email of ['susan@example.com', 'nobody@example.com']) {
      const { page } = await open('/forgot-password');
      await page.getByLabel('E-mail').fill(email);
      await page.getByRole('button', { name: /link|reset/i }).click();
      await page.getByRole('status').waitFor();
      contents.push((await page.locator('main').innerHTML()).replaceAll(email, 'ADDRESS'));
    }
    expect(contents[1]).toBe(contents[0]);
  });

  test('threat 15: a remembered browser is signed in, and asked for the password where it matters', async () => {
    const { context, page } = await enter('/login', 'sam', 'dog', true);
    await context.clearCookies({ name: 'latchkey_session' });

    await page.goto(`${site.url}/account/password`);
    expect(page.url()).toBe(`${site.url}/confirm?next=%2Faccount%2Fpassword`);
    await page.getByText('Please reauthenticate to access this page.').waitFor();

    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(1);

    await page.getByLabel('Password').fill('dog');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(`${site.url}/account/password`);
  });

  test('threat 6: a changed password signs out the other devices, and this one goes on', async () => {
    const { page: elsewhere } = await enter('/login', 'jack', 'boo', true);
    const { page, complaints } = await enter('/account/password', 'jack', 'boo', true);
    await page.getByLabel('New password', { exact: true }).fill(another);
    await page.getByLabel('The same password again').fill(another);
    await page.getByRole('button', { name: 'Change the password' }).click();
    // The meter beside the field has a status as well.
    await page.getByRole('heading', { name: 'Your account' }).waitFor();

    await elsewhere.goto(site.url);
    expect(elsewhere.url()).toContain('/login');
    await page.goto(site.url);
    await page.getByRole('heading', { name: 'Hi, jack!' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('threat 6: a changed address is confirmed at the new one, and undone from the old one', async () => {
    const { page } = await enter('/account/email', 'eric', 'yoo');
    await page.getByLabel('E-mail').fill('eric@new.example');
    await page
      .getByRole('button', { name: /address|e-mail/i })
      .last()
      .click();
    await page.getByRole('status').waitFor();

    await page.goto(await mailedLink(page, 'eric@new.example', '/verify-email'));
    await page.getByRole('button', { name: /confirm|verify/i }).click();
    await page
      .getByText(/confirmed|verified/i)
      .first()
      .waitFor();
    await page.goto(`${site.url}/account`);
    await page.getByText('eric@new.example').first().waitFor();

    await page.goto(await mailedLink(page, 'eric@example.com', '/undo-email-change'));
    await page.getByRole('button', { name: /old|undo|back/i }).click();
    await page.getByText('The old address is back').waitFor();
    await page.goto(`${site.url}/login`);
    await signIn(page, 'eric@example.com', 'yoo');
    await page.getByRole('heading', { name: 'Hi, eric!' }).waitFor();
  });

  test('threat 14: devices are listed in plain words, and ended one by one', async () => {
    const { page: elsewhere } = await enter('/login', 'mayra', 'hey', true);
    const { page } = await enter('/account/sessions', 'mayra', 'hey');
    expect(await page.getByText(/Chrom\w+ on Linux/).count()).toBeGreaterThan(1);
    await page.getByRole('button', { name: /all other/i }).click();
    await page.getByRole('status').waitFor();

    await elsewhere.goto(site.url);
    expect(elsewhere.url()).toContain('/login');
    await page.goto(site.url);
    await page.getByRole('heading', { name: 'Hi, mayra!' }).waitFor();
  });

  test('threat 13: a copied remember cookie ends what it began, and the person is told', async () => {
    const { context, page } = await enter('/login', 'bob', 'who', true);
    const stolen = await context.cookies();
    await context.clearCookies({ name: 'latchkey_session' });
    await page.goto(site.url);
    await page.getByRole('heading', { name: 'Hi, bob!' }).waitFor();
    await forgetGrace(site.databaseUrl);

    const thief = await browser.open({ javaScript });
    await thief.addCookies(stolen.filter(({ name }) => name === 'latchkey_remember'));
    const theirs = await thief.newPage();
    await theirs.goto(site.url);
    expect(theirs.url()).toContain('/login');

    await page.goto(site.url);
    expect(page.url()).toContain('/login');
    await signIn(page, 'bob', 'who');
    await page.getByRole('button', { name: 'I have seen this' }).click();
    await page.getByRole('heading', { name: 'Activity' }).waitFor();
    await page.goto(site.url);
    expect(await page.getByRole('button', { name: 'I have seen this' }).count()).toBe(0);
  });

  test('data are downloaded as JSON, and an account that was deleted can be had back for a time', async () => {
    const { page } = await register('dora');
    const download = await page.context().request.get(`${site.url}/account/data/download`);
    expect(download.headers()['content-disposition']).toContain('attachment');
    expect(await download.json()).toMatchObject({ account: { username: 'dora' } });
    expect(await download.text()).not.toContain('argon2');

    await page.goto(`${site.url}/account/delete`);
    await page.getByLabel(/user name/i).fill('dora');
    await page.getByRole('button', { name: /delete/i }).click();
    await page.waitForURL(/\/login/);
    await page.getByRole('status').waitFor();

    await signIn(page, 'dora', passphrase);
    await page.getByRole('button', { name: 'Keep my account' }).first().click();
    await page.getByText('Your account stays.').waitFor();
    await page.goto(`${site.url}/account`);
    expect(await page.getByRole('button', { name: 'Keep my account' }).count()).toBe(0);
  });
});
