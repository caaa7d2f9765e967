import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCommands } from './commands.ts';
import { renameSubjects } from './follow-page.ts';
import { read } from './repository.ts';
import { copyRepository, type Ended, type Walkthrough } from './walkthrough.ts';

// Under other names: a product may have kept what the page makes.
const guide = renameSubjects(read('docs/add-your-own.md'), { membership: 'tenure', about: 'imprint' });

describe('docs/add-your-own.md, followed in a copy of the repository', () => {
  let copy: Walkthrough;
  let site: Awaited<ReturnType<Walkthrough['serve']>> | undefined;
  let built: Ended;
  const script = 'apps/cli/src/tenure.ts';

  beforeAll(async () => {
    copy = copyRepository();
    copy.follow(guide);
    built = await copy.runScript('apps/web', 'build');
    if (built.exitCode === 0) site = await copy.serve();
  });
  afterAll(async () => {
    await site?.stop();
    copy.remove();
  });

  const get = (path: string, headers = {}) => {
    if (!site) throw new Error('The site could not be built.');
    return fetch(site.url + path, { headers, redirect: 'manual' });
  };
  const signIn = async () => {
    const body = new URLSearchParams({ username: 'susan', password: 'cat' });
    const response = await fetch(`${site?.url ?? ''}/login`, { method: 'POST', body, redirect: 'manual' });
    return { cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
  };
  const runScript = (env = {}) => copy.runNode(script, { SITE_URL: site?.url ?? '', ...env });

  test('the site builds', () => {
    expect(built.exitCode, built.output).toBe(0);
  });

  test('the types of the API and the commands are right', async () => {
    const { exitCode, output } = await copy.checkTypes(['apps/api', 'apps/cli']);
    expect(exitCode, output).toBe(0);
  });

  test('the types of the pages are right', async () => {
    const { exitCode, output } = await copy.runScript('apps/web', 'types');
    expect(exitCode, output).toBe(0);
  });

  test('the procedure needs a session', async () => {
    expect(await (await get('/trpc/tenure.days?input={}')).json()).toMatchObject({
      error: { data: { reason: 'login_required' } },
    });
  });

  test('the procedure answers, and names a wrong field of its input', async () => {
    const susan = await signIn();
    const ask = async (input: object) =>
      (await get(`/trpc/tenure.days?input=${encodeURIComponent(JSON.stringify(input))}`, susan)).json();
    expect(await ask({ until: '2999-01-01' })).toMatchObject({
      result: { data: { days: expect.any(Number) } },
    });
    expect(await ask({ until: 'tomorrow' })).toMatchObject({
      error: { data: { reason: 'invalid_input', fields: { until: 'Enter a day like 2027-12-31.' } } },
    });
  });

  test('the page redirects anonymous visitors to the login page of the guide', async () => {
    const response = await get('/tenure');
    expect(response.status).toBe(303);
    expect(guide).toContain(`\`${response.headers.get('location') ?? ''}\``);
  });

  test('the page shows its data to a signed-in user', async () => {
    const response = await get('/tenure', await signIn());
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Days as a member: 0.');
  });

  test('the page that the guide moves is public', async () => {
    const response = await get('/imprint');
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Who we are');
  });

  test('the script runs by the command of the guide and calls the procedure', async () => {
    expect(findCommands(guide)).toContain(`pnpm exec node ${script}`);
    expect(await runScript()).toEqual({ exitCode: 0, output: 'Days as a member: 0.\n' });
  });

  test('the script prints why it was refused', async () => {
    const { exitCode, output } = await runScript({ SITE_PASSWORD: 'wrong' });
    expect(exitCode).toBe(1);
    expect(output).toMatch(/^invalid_credentials: .+\.\n$/);
  });
});
