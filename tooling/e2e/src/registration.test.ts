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

describe('a site with REQUIRE_VERIFIED_EMAIL=on', () => {
  const fields = { username: 'vera', email: 'vera@example.org', password: 'velvet otter juggles lemons' };
  let site: RunningSite;
  const post = (path: string, form: Record<string, string>) =>
    fetch(site.url + path, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) });

  beforeAll(async () => {
    site = await startSite('in one process', { REQUIRE_VERIFIED_EMAIL: 'on' });
  });
  afterAll(() => site.stop());

  test('leads from registering to the mail, and refuses to sign in before', async () => {
    const registered = await post('/register', { ...fields, password2: fields.password });
    expect(registered.headers.get('location')).toBe('/login?verify-email');
    expect(registered.headers.getSetCookie()).toEqual([]);
    const page = await (await fetch(`${site.url}/login?verify-email`)).text();
    expect(page).toContain('Your account was created.');
    expect(page).toContain('/dev/mailbox');

    const refused = await post('/login', fields);
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('Verify your e-mail address first.');
  });
});
