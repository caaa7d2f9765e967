import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSite, type Mode, type RunningSite } from './start-site.ts';

const modes: Mode[] = ['in one process', 'with API_URL set'];

describe.each(modes)('a site with REGISTRATION=closed, %s', (mode) => {
  let site: RunningSite;
  beforeAll(async () => {
    site = await startSite(mode, { REGISTRATION: 'closed' });
  });
  afterAll(() => site.stop());

  test.each(['/login', '/forgot-password', '/no-such-page'])('%s has no link to register', async (path) => {
    const html = await (await fetch(site.url + path)).text();
    expect(html).toContain('href="/login"');
    expect(html).not.toContain('/register');
  });

  test.each(['GET', 'POST'])('%s /register says that there are no new accounts', async (method) => {
    const body = method === 'POST' ? new URLSearchParams({ username: 'vera' }) : null;
    const response = await fetch(`${site.url}/register`, { method, body });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('This site does not accept new accounts.');
  });
});
