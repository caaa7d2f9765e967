import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest';
import type { Account, Site } from './site.ts';

export type Look = { colors?: 'light' | 'dark'; width?: number };

export type OpenPage = {
  context: BrowserContext;
  page: Page;
  /** Errors that the browser reports: refused scripts and styles, failed requests, thrown errors. */
  errors: string[];
};

/** The windows that the tests of one file open in the shared Chromium. */
export type TestBrowser = {
  open(path: string, look?: Look): Promise<OpenPage>;
  /** Opens a page in a browser that is signed in. */
  openAs(user: Account, path: string, options?: { remember?: boolean }): Promise<OpenPage>;
};

export function useBrowser(site: Site, { javaScript = true } = {}): TestBrowser {
  const browserUrl = inject('browserUrl');
  const idle = javaScript ? idlePages : idlePagesWithoutJavaScript;
  const inUse: OpenPage[] = [];

  beforeAll(async () => {
    if (browserUrl) browser ??= await chromium.connect(browserUrl);
  });
  beforeEach((test) => {
    test.skip(!browserUrl, 'no Chromium was found on this machine');
  });
  afterEach(async () => {
    for (const opened of inUse.splice(0)) idle.push(await reset(opened, site));
  });

  async function take({ colors = 'light', width = 1280 }: Look = {}): Promise<OpenPage> {
    const opened = idle.pop() ?? (await create(javaScript));
    inUse.push(opened);
    await opened.page.emulateMedia({ colorScheme: colors });
    await opened.page.setViewportSize({ width, height: 900 });
    collectErrors(opened);
    return opened;
  }

  return {
    async open(path, look) {
      const opened = await take(look);
      await opened.page.goto(site.url + path);
      return opened;
    },
    async openAs(user, path, options) {
      const opened = await take();
      // A session belongs to the browser that it was created with (SESSION_PROTECTION).
      const userAgent = await opened.page.evaluate(() => navigator.userAgent);
      await addCookies(opened.context, site, await site.signIn(user, { ...options, userAgent }));
      await opened.page.goto(site.url + path);
      return opened;
    },
  };
}

/** A new page starts a process, which costs more than most tests: each is used by many tests, one after the other. */
const idlePages: OpenPage[] = [];
const idlePagesWithoutJavaScript: OpenPage[] = [];
let browser: Browser | undefined;
afterAll(() => browser?.close());

async function create(javaScriptEnabled: boolean): Promise<OpenPage> {
  if (!browser) throw new Error('There is no browser.');
  const context = await browser.newContext({ javaScriptEnabled });
  context.setDefaultTimeout(30_000);
  return { context, page: await context.newPage(), errors: [] };
}

/** Removes what a test left: cookies, the page, handlers. Latchkey stores nothing else in a browser. */
async function reset({ context, page }: OpenPage, { url }: Site): Promise<OpenPage> {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await context.clearCookies();
  // On another site, such as about:blank, the next page would start a process again.
  await page.goto(`${url}/healthz`);
  await page.removeAllListeners(undefined, { behavior: 'wait' });
  return { context, page, errors: [] };
}

function collectErrors({ page, errors }: OpenPage): void {
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    // The browser also logs the status of a page that shows a form's errors.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) errors.push(message.text());
  });
}

/** @param cookies a `Cookie` header */
async function addCookies(context: BrowserContext, site: Site, cookies: string): Promise<void> {
  await context.addCookies(
    cookies.split('; ').map((cookie) => {
      const [name = '', value = ''] = cookie.split('=', 2);
      return { name, value, url: site.url };
    }),
  );
}

/** The cookies of a browser, as a `Cookie` header. */
export async function readCookies(context: BrowserContext): Promise<string> {
  return (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
}

/** Submits the form of the sign-in page. */
export async function submitSignIn(
  page: Page,
  { username, password }: Omit<Account, 'email'>,
  { remember = false } = {},
): Promise<void> {
  await page.getByLabel('User name or e-mail').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByLabel('Keep me signed in').setChecked(remember);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Fills both fields of a new password. */
export async function fillNewPassword(page: Page, password: string, repeated = password): Promise<void> {
  await page.getByLabel(/^(New password|Password)$/).fill(password);
  await page.getByLabel('Confirm password').fill(repeated);
}
