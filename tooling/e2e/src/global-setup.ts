import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { startSite, type Mode } from './start-site.ts';

declare module 'vitest' {
  interface ProvidedContext {
    sites: Record<Mode, { url: string; databaseUrl: string }>;
    /** WebSocket of the Chromium that all tests share; null when there is none on this machine. */
    browserUrl: string | null;
  }
}

/** Differs from the default, so that tests see whether the pages show the configured length. */
const env = { PASSWORD_MIN_LENGTH: '18' };

/** Starts one site per mode and one Chromium for all test files. Each test creates the users that it changes. */
export default async function setUp({ provide }: TestProject): Promise<() => Promise<void>> {
  const started: (() => Promise<void>)[] = [];
  const stop = async () => {
    await Promise.all(started.map((stopOne) => stopOne()));
  };
  try {
    const inOne = await startSite('in one process', env);
    started.push(() => inOne.stop());
    const inTwo = await startSite('with API_URL set', env);
    started.push(() => inTwo.stop());
    provide('sites', { 'in one process': addressOf(inOne), 'with API_URL set': addressOf(inTwo) });

    const executablePath = process.env['LATCHKEY_CHROMIUM'];
    const browser = executablePath ? await chromium.launchServer({ executablePath, args: flags }) : null;
    if (browser) started.push(() => browser.close());
    provide('browserUrl', browser?.wsEndpoint() ?? null);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

const addressOf = ({ url, databaseUrl }: { url: string; databaseUrl: string }) => ({ url, databaseUrl });

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
