import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { fillNewPassword, submitSignIn, useBrowser, type OpenPage } from './browser.ts';
import { getSite, susan, type Account } from './site.ts';

const site = getSite('in one process');
const browser = useBrowser(site);

const open = (path: string) => () => browser.open(path);
const openAsSusan = (path: string) => () => browser.openAs(susan, path);

/** Every page in each of its states: the name of its screenshot, and how to open it. */
const pages: [string, () => Promise<OpenPage>][] = [
  ['login', open('/login')],
  ['login-required', open('/account')],
  ['login-wrong', openWrongLogin],
  ['login-no-answer', openLostLogin],
  ['login-with-form', openKeptForm],
  ['form-again', openFormAgain],
  ['register', open('/register')],
  ['register-errors', openRegisterErrors],
  ['home', openAsSusan('/')],
  ['account', openAsSusan('/account')],
  ['account-not-verified', openUnverifiedAccount],
  ['account-password', openAsSusan('/account/password')],
  ['account-password-errors', openPasswordErrors],
  ['account-email', openAsSusan('/account/email')],
  ['account-sessions', openSessions],
  ['account-activity', openAsSusan('/account/activity')],
  ['account-data', openAsSusan('/account/data')],
  ['account-delete', openAsSusan('/account/delete')],
  ['account-to-be-deleted', openAccountToBeDeleted],
  ['confirm', openConfirm],
  ['forgot-password', open('/forgot-password')],
  ['forgot-password-sent', open('/forgot-password?sent')],
  ['reset-password', openResetPassword],
  ['reset-password-used', open(`/reset-password/l_${'A'.repeat(43)}`)],
  ['verify-email', openVerifyEmail],
  ['verify-email-used', open(`/verify-email/l_${'A'.repeat(43)}`)],
  ['mailbox', openMailbox],
  ['mailbox-mail', openMail],
  ['not-found', open('/nowhere')],
  ['wrong-method', open('/logout')],
];

const looks = [
  { name: 'light', colorScheme: 'light', width: 1280 },
  { name: 'dark', colorScheme: 'dark', width: 1280 },
  { name: 'narrow', colorScheme: 'light', width: 320 },
  { name: 'narrow-dark', colorScheme: 'dark', width: 320 },
] as const;

const screenshots = resolve(import.meta.dirname, '../artifacts/screenshots');
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

beforeAll(() => mkdir(screenshots, { recursive: true }));

test.each(pages)(
  'the page %s is accessible and fits its width, in light and dark',
  async (name, openPage) => {
    const { page, errors } = await openPage();
    await page.evaluate(axe);
    for (const look of looks) {
      await page.emulateMedia({ colorScheme: look.colorScheme });
      await page.setViewportSize({ width: look.width, height: 900 });
      await page.screenshot({ path: resolve(screenshots, `${name}-${look.name}.png`), fullPage: true });
      expect(await findViolations(page), look.name).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), look.name).toBe(
        true,
      );
    }
    expect(errors).toEqual([]);
  },
);

test('dates in the mailbox break between words on a narrow screen', async () => {
  const { page } = await openMailbox();
  await page.setViewportSize({ width: 320, height: 900 });
  expect(await page.locator('time').count()).toBeGreaterThan(0);
  // A broken word is in two lines, and has a box in each.
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

/** The accessibility rules that a page violates, with the number of elements. */
function findViolations(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    // The cast: axe-core was loaded into the page.
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: unknown[] }[] }> };
    };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.length}`);
  });
}

async function openWrongLogin() {
  const opened = await browser.open('/login');
  await submitSignIn(opened.page, { username: 'susan', password: 'wrong' });
  await opened.page.getByRole('alert').waitFor();
  return opened;
}

async function openLostLogin() {
  const opened = await browser.open('/login');
  await opened.page.route('**/login', (route) => route.abort());
  await submitSignIn(opened.page, susan);
  await opened.page.getByRole('alert').waitFor();
  // The browser reports the failed request.
  opened.errors.length = 0;
  return opened;
}

/** The sign-in page after a form was sent, whose user was signed out meanwhile. */
async function openKeptForm() {
  const opened = await browser.openAs(susan, '/account/email');
  await opened.page.getByLabel('New e-mail address').fill('susan@example.org');
  await opened.context.clearCookies();
  await opened.page.getByRole('button', { name: 'Change address' }).click();
  await opened.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  return opened;
}

async function openFormAgain() {
  const opened = await openKeptForm();
  await submitSignIn(opened.page, susan);
  await opened.page.getByRole('heading', { name: 'Change your e-mail address' }).waitFor();
  return opened;
}

async function openRegisterErrors() {
  const opened = await browser.open('/register');
  await opened.page.getByRole('button', { name: 'Create account' }).click();
  await opened.page.getByRole('alert').waitFor();
  return opened;
}

async function openUnverifiedAccount() {
  return browser.openAs(await site.createAccount({ isVerified: false }), '/account');
}

async function openPasswordErrors() {
  const opened = await browser.openAs(susan, '/account/password');
  await fillNewPassword(opened.page, 'passwordpassword');
  await opened.page.getByRole('button', { name: 'Change password' }).click();
  await opened.page.getByRole('alert').waitFor();
  return opened;
}

async function openSessions() {
  const account = await site.createAccount();
  await site.signIn(account, { remember: true, userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' });
  return browser.openAs(account, '/account/sessions');
}

async function openAccountToBeDeleted() {
  const account = await site.createAccount();
  await site.post('/account/delete', { username: account.username }, { cookie: await site.signIn(account) });
  const opened = await browser.openAs(account, '/account');
  await opened.page.getByText('Your account will be deleted').waitFor();
  return opened;
}

async function openConfirm() {
  const opened = await browser.openAs(susan, '/', { remember: true });
  await opened.context.clearCookies({ name: 'latchkey_session' });
  await opened.page.goto(`${site.url}/account/password`);
  await opened.page.getByRole('heading', { name: 'Confirm your password' }).waitFor();
  return opened;
}

async function openResetPassword() {
  const { email } = await requestReset();
  return browser.open(new URL(await site.mailedLink(email, '/reset-password')).pathname);
}

async function openVerifyEmail() {
  const { email } = await site.createAccount({ isVerified: false });
  return browser.open(new URL(await site.mailedLink(email, '/verify-email')).pathname);
}

async function openMailbox() {
  await requestReset();
  return browser.open('/dev/mailbox');
}

async function openMail() {
  const { email } = await requestReset();
  const opened = await browser.open('/dev/mailbox');
  await opened.page.getByRole('listitem').filter({ hasText: email }).first().getByRole('link').click();
  await opened.page.getByRole('heading', { name: 'Plain text' }).waitFor();
  return opened;
}

/** Requests the mail that resets a password, and waits until it is in the mailbox. */
async function requestReset(): Promise<Account> {
  const account = await site.createAccount();
  await site.post('/forgot-password', { email: account.email });
  await site.mailTo(account.email, '/reset-password');
  return account;
}
