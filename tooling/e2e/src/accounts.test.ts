import { openDatabase, RememberToken } from '@latchkey/db';
import { describe, expect, test } from 'vitest';
import { linkInvalid } from './api-sentences.ts';
import { readCookies, fillNewPassword, submitSignIn, useBrowser } from './browser.ts';
import { cookieNamed, getSite, type Account, type Site } from './site.ts';
import type { Mode } from './start-site.ts';

const newPassword = 'nine quiet harbours sleeping';
const modes: Mode[] = ['in one process', 'with API_URL set'];

describe.each(modes)('accounts of the site %s', (mode) => {
  const site = getSite(mode);

  test('requesting a reset link looks the same for an unknown address [T4]', async () => {
    const { email } = await site.createAccount();
    const responses = [];
    for (const address of [email, 'unknown@example.com']) {
      const response = await site.post('/forgot-password', { email: address });
      const location = response.headers.get('location') ?? '';
      responses.push([response.status, location, await site.read(location)]);
    }
    expect(responses[0]).toEqual([
      303,
      '/forgot-password?sent',
      expect.stringContaining('we sent it an e-mail'),
    ]);
    expect(responses[1]).toEqual(responses[0]);
  });

  test('a reset link works once [T5]', async () => {
    const account = await site.createAccount();
    await site.post('/forgot-password', { email: account.email });
    const link = await site.mailedLink(account.email, '/reset-password');
    await site.followLink(link, '', { password: newPassword, password2: newPassword });

    const again = await site.send(new URL(link).pathname);
    expect(again.status).toBe(404);
    expect(await again.text()).toContain(linkInvalid);
  });

  test('the exported data is a JSON file without the password hash', async () => {
    const account = await site.createAccount();
    const headers = { cookie: await site.signIn(account) };
    const download = await site.send('/account/data/download', { headers });
    expect(download.headers.get('content-disposition')).toContain('attachment');
    const json = await download.text();
    expect(JSON.parse(json)).toMatchObject({ account: { username: account.username } });
    expect(json).not.toContain('argon2');
  });
});

describe.each<[Mode, string, boolean]>([
  ['in one process', 'with JavaScript', true],
  ['in one process', 'without JavaScript', false],
  ['with API_URL set', 'with JavaScript', true],
  ['with API_URL set', 'without JavaScript', false],
])('accounts %s, in a browser %s', (mode, _, javaScript) => {
  const site = getSite(mode);
  const browser = useBrowser(site, { javaScript });

  test('the mailed link verifies the address of a new account', async () => {
    const account = await site.createAccount({ isVerified: false });
    const { page, errors } = await browser.openAs(account, '/account');
    await page.getByText('Not verified', { exact: true }).waitFor();

    await page.goto(await site.mailedLink(account.email, '/verify-email'));
    await page.getByRole('button', { name: 'Verify address' }).click();
    await page.getByText('Your e-mail address is verified.').waitFor();
    expect(await page.getByText('Verified', { exact: true }).isVisible()).toBe(true);
    expect(errors).toEqual([]);
  });

  test('resetting a forgotten password ends every session [T5]', async () => {
    const account = await site.createAccount();
    const elsewhere = await site.signIn(account, { remember: true });
    const { page } = await browser.open('/forgot-password');
    await page.getByLabel('E-mail').fill(account.email);
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByRole('status').waitFor();

    await page.goto(await site.mailedLink(account.email, '/reset-password'));
    await fillNewPassword(page, newPassword);
    await page.getByRole('button', { name: 'Set new password' }).click();
    await page.getByText('Your password was changed.').waitFor();
    expect(await site.isSignedIn(elsewhere)).toBe(false);

    await submitSignIn(page, { ...account, password: newPassword });
    await page.getByRole('heading', { name: `Hi, ${account.username}!` }).waitFor();
  });

  test('a remembered browser has to confirm the password on sensitive pages [T15]', async () => {
    const account = await site.createAccount();
    const { context, page } = await browser.openAs(account, '/', { remember: true });
    await context.clearCookies({ name: 'latchkey_session' });

    await page.goto(`${site.url}/account/password`);
    expect(page.url()).toBe(`${site.url}/confirm?next=%2Faccount%2Fpassword`);
    await page.getByText('Please reauthenticate to access this page.').waitFor();

    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(true);

    await page.getByLabel('Password').fill(account.password);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(`${site.url}/account/password`);
  });

  test('changing the password signs out the other devices [T6]', async () => {
    const account = await site.createAccount();
    const elsewhere = await site.signIn(account, { remember: true });
    const { page, errors } = await browser.openAs(account, '/account/password', { remember: true });
    await fillNewPassword(page, newPassword);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Your password was changed').waitFor();

    expect(await site.isSignedIn(elsewhere)).toBe(false);
    await page.goto(site.url);
    await page.getByRole('heading', { name: `Hi, ${account.username}!` }).waitFor();
    expect(errors).toEqual([]);
  });

  test('a new e-mail address is used once its mailed link is confirmed [T6]', async () => {
    const account = await site.createAccount();
    const newEmail = `new-${account.email}`;
    const { page } = await browser.openAs(account, '/account/email');
    await page.getByLabel('New e-mail address').fill(newEmail);
    await page.getByRole('button', { name: 'Change address' }).click();
    await page.getByText(`To change your e-mail address to ${newEmail}`).waitFor();

    await page.goto(await site.mailedLink(newEmail, '/verify-email'));
    await page.getByRole('button', { name: 'Confirm address' }).click();
    await page.getByText('Your e-mail address is verified.').waitFor();
    expect(await page.getByText(newEmail, { exact: true }).isVisible()).toBe(true);
  });

  test('the old address can undo the change [T6]', async () => {
    const account = await site.createAccount();
    await changeEmail(site, account, `new-${account.email}`);
    const { page } = await browser.open('/login');
    await page.goto(await site.mailedLink(account.email, '/undo-email-change'));
    await page.getByRole('button', { name: 'Keep old address' }).click();
    await page.getByText('Your old e-mail address was restored').waitFor();
    expect(await site.isSignedIn(await site.signIn({ ...account, username: account.email }))).toBe(true);
  });

  test('a device is shown by name and signed out by its button [T14]', async () => {
    const account = await site.createAccount();
    const windows = await site.signIn(account, { remember: true, userAgent: firefoxOn('Windows NT 10.0') });
    const mac = await site.signIn(account, { userAgent: firefoxOn('Macintosh; Intel Mac OS X 10.15') });
    const { page } = await browser.openAs(account, '/account/sessions');
    expect(await page.getByText(/Chrome on Linux|Chromium on Linux/).isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Sign out Firefox on Windows' }).click();
    await page.getByText('The device was signed out.').waitFor();

    expect(await site.isSignedIn(windows)).toBe(false);
    expect(await site.isSignedIn(mac)).toBe(true);
  });

  test('one button signs out all other devices [T14]', async () => {
    const account = await site.createAccount();
    const others = [await site.signIn(account, { remember: true }), await site.signIn(account)];
    const { context, page } = await browser.openAs(account, '/account/sessions');
    await page.getByRole('button', { name: 'Sign out all other devices' }).click();
    await page.getByText('All other devices were signed out.').waitFor();

    for (const other of others) expect(await site.isSignedIn(other)).toBe(false);
    expect(await site.isSignedIn(await readCookies(context))).toBe(true);
  });

  test('a copied remember cookie signs out the browser and shows a notice [T13]', async () => {
    const account = await site.createAccount();
    const { context, page } = await browser.openAs(account, '/', { remember: true });
    const copied = cookieNamed('latchkey_remember', await readCookies(context));
    await context.clearCookies({ name: 'latchkey_session' });
    await page.goto(site.url);
    await page.getByRole('heading', { name: `Hi, ${account.username}!` }).waitFor();
    // The next request shows that the browser has received the next token.
    await page.reload();
    await expireGracePeriods(site);

    expect(await site.isSignedIn(copied)).toBe(false);
    await page.goto(site.url);
    expect(page.url()).toContain('/login');

    await submitSignIn(page, account);
    await page.getByText('Your sign-in may have been copied.').waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByRole('heading', { name: 'Activity' }).waitFor();
    expect(await page.getByText('Your sign-in may have been copied.').count()).toBe(0);
  });

  test('a deleted account can be kept before the deletion date', async () => {
    const account = await site.createAccount();
    const { page } = await browser.openAs(account, '/account/delete');
    await page.getByLabel('Your user name').fill(account.username);
    await page.getByRole('button', { name: 'Delete my account' }).click();
    await page.getByText('Your account is scheduled for deletion.').waitFor();

    await submitSignIn(page, account);
    await page.getByRole('button', { name: 'Keep my account' }).click();
    await page.getByText('Your account will not be deleted.').waitFor();
    await page.goto(`${site.url}/account`);
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    expect(await page.getByRole('button', { name: 'Keep my account' }).count()).toBe(0);
  });
});

const firefoxOn = (system: string) => `Mozilla/5.0 (${system}; rv:140.0) Gecko/20100101 Firefox/140.0`;

/** Changes the address of an account, and confirms it at the new address. */
async function changeEmail(site: Site, account: Account, email: string): Promise<void> {
  const cookie = await site.signIn(account);
  await site.post('/account/email', { email }, { cookie });
  await site.followLink(await site.mailedLink(email, '/verify-email'), cookie);
}

/** Moves the use of remember tokens a minute back, beyond the grace period for parallel requests. */
async function expireGracePeriods({ databaseUrl }: Site): Promise<void> {
  const database = await openDatabase(databaseUrl);
  const aMinuteAgo = new Date(Date.now() - 60_000);
  await database.em().nativeUpdate(RememberToken, { rotatedAt: { $ne: null } }, { rotatedAt: aMinuteAgo });
  await database.close();
}
