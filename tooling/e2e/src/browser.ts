import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export type Look = { javaScript?: boolean; colors?: 'light' | 'dark'; width?: number };

/** A browser for the tests of a file; each context it opens is one person's, and is closed after the test. */
export function useBrowser(): { open(look?: Look): Promise<BrowserContext> } {
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];
  const path = process.env['LATCHKEY_CHROMIUM'] ?? '';

  beforeAll(async () => {
    if (path) browser = await chromium.launch({ executablePath: path, args: flags });
  });
  beforeEach((test) => {
    test.skip(!path, 'no Chromium was found on this machine');
  });
  afterEach(() => Promise.all(contexts.splice(0).map((context) => context.close())));
  afterAll(() => browser?.close());

  return {
    async open({ javaScript = true, colors = 'light', width = 1280 } = {}) {
      if (!browser) throw new Error('There is no browser.');
      const context = await browser.newContext({
        javaScriptEnabled: javaScript,
        colorScheme: colors,
        viewport: { width, height: 900 },
      });
      context.setDefaultTimeout(10_000);
      contexts.push(context);
      return context;
    },
  };
}

/** What a browser says went wrong on a page: refused scripts and styles, failed requests, thrown errors. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused form is told in the console too, by its status.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
      complaints.push(message.text());
  });
  return complaints;
}

export async function signIn(page: Page, username: string, password: string, { remember = false } = {}) {
  await page.getByLabel('User name or e-mail').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByLabel('Keep me signed in').setChecked(remember);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
