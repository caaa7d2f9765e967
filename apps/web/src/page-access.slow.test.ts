import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copySite, type Copy } from './page-access.fixture.ts';

// Sends every kind of request to every closed route of the built site, and to the routes below, and checks which code ran.

const page = '<p>A page.</p>';
const load = `export const load = () => ({ secret: 'secret-of-the-page' });`;
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'];

const added: Record<string, string> = {
  'admin/secret/+page.server.ts': load,
  'admin/secret/+page.svelte': page,
  'admin/actions/+page.server.ts': `
export const actions = { add: () => ({ secret: 'secret-of-the-page' }), remove: () => undefined };`,
  'admin/actions/+page.svelte': page,
  'admin/universal/+page.ts': load,
  'admin/universal/+page.svelte': page,
  'admin/endpoint/+server.ts': ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'fallback']
    .map((name) => `export const ${name} = () => new Response('secret-of-the-page');`)
    .join('\n'),
  'admin/layout/+layout.server.ts': load,
  'admin/layout/+page.svelte': page,
  'admin/both/+page.server.ts': load,
  'admin/both/+page.svelte': page,
  'admin/both/+server.ts': `export const fallback = () => new Response('secret-of-the-page');`,
  'admin/slash/+page.server.ts': `${load}\nexport const trailingSlash = 'always';`,
  'admin/slash/+page.svelte': page,
  'admin/(tools)/tools/+page.server.ts': load,
  'admin/(tools)/tools/+page.svelte': page,
  '(site)/admin/grouped/+page.server.ts': load,
  '(site)/admin/grouped/+page.svelte': page,
  '[[language]]/admin/optional/+page.server.ts': load,
  '[[language]]/admin/optional/+page.svelte': page,
  'account/email/help/+page.server.ts': load,
  'account/email/help/+page.svelte': page,
  'reports/[year]/+page.server.ts': load,
  'reports/[year]/+page.svelte': page,
  'reports/[year]/+layout.server.ts': load,
  'admin/remote/secret.remote.ts': `
import { query, command, form } from '$app/server';
const record = (name: string) => process.getBuiltinModule('node:fs').appendFileSync('runs.txt', '- secret.remote.ts ' + name + '\\n');
export const read = query(() => (record('read'), 'secret-of-the-page'));
export const change = command(() => (record('change'), 'secret-of-the-page'));
export const send = form('unchecked', () => (record('send'), 'secret-of-the-page'));`,
  'admin/remote/+page.server.ts': `
import { read, change, send } from './secret.remote.ts';
export const load = () => ({ names: [typeof read, typeof change, typeof send] });`,
  'admin/remote/+page.svelte': page,
};

type Visitor = 'anonymous' | 'user' | 'stale user' | 'stale admin' | 'admin';
const visitors: Visitor[] = ['anonymous', 'user', 'stale user', 'stale admin', 'admin'];

/** Who may run the code of a route. The same as in access.ts, which this test does not read. */
function allowed(route: string): readonly Visitor[] {
  if (route.startsWith('/(open)')) return visitors;
  if (/(^|\/)admin\b/.test(route)) return ['admin'];
  if (/^\/account\/(password|email|delete)\b/.test(route)) return ['user', 'admin'];
  return ['user', 'stale user', 'stale admin', 'admin'];
}

type Walk = { route: string; method: string; path: string; headers: Record<string, string> };

/** Every kind of request to a route, by one method. */
function walksTo(route: string, method: string): Walk[] {
  const path = route
    .replaceAll(/\/\([^)]*\)|\/\[\[[^\]]*\]\]/g, '')
    .replaceAll(/\[[^\]]*\]/g, '1')
    .replace(/^$/, '/');
  const data = `${path === '/' ? '' : path}/__data.json`;
  const encoded = path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const json = { accept: 'application/json' };
  const all: [path: string, headers?: Record<string, string>][] = [
    [path],
    [path, json],
    [`${path}/`],
    [encoded],
    [data],
    [`${data}?x-sveltekit-invalidated=01`],
    [`${data}?x-sveltekit-invalidated=001`],
    [`${data}?x-sveltekit-trailing-slash=1`],
  ];
  if (method === 'POST') {
    for (const name of ['?/add', '?/remove', '?/revokeOthers', '']) {
      all.push([path + name, form], [path + name, { ...form, ...json, 'x-sveltekit-action': 'true' }]);
    }
  }
  return all.map(([to, headers = {}]) => ({ route, method, path: to, headers }));
}

describe('the routes of the built site', () => {
  let copy: Copy;
  let site: { url: string; stop(): Promise<void> } | undefined;
  let cookies: Record<Visitor, string>;
  const answers: { id: number; walk: Walk; visitor: Visitor; status: number; text: string }[] = [];
  let runs: Map<string, string[]>;

  beforeAll(async () => {
    copy = await copySite(added);
    const { exitCode, output } = await copy.build();
    expect(exitCode, output).toBe(0);
    site = await copy.serve();
    cookies = {
      anonymous: '',
      user: await signIn('sam', 'dog'),
      'stale user': await signInStale('jack', 'boo'),
      'stale admin': await signInStale('susan', 'cat'),
      admin: await signIn('susan', 'cat'),
    };
    await walkAll();
    runs = Map.groupBy(await copy.runs(), (run) => run.split(' ', 1)[0] ?? '');
  }, 600_000);
  afterAll(async () => {
    await site?.stop();
    await copy.remove();
  });

  const send = (path: string, init: RequestInit) =>
    fetch(`${site?.url}${path}`, { redirect: 'manual', ...init });
  const cookiesOf = (response: Response) =>
    response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0] ?? '');

  async function signIn(username: string, password: string, remember = false): Promise<string> {
    const body = new URLSearchParams({ username, password, ...(remember && { remember: 'on' }) });
    const response = await send('/login', { method: 'POST', body });
    expect(response.status).toBe(303);
    return cookiesOf(response).join('; ');
  }

  /** A remembered browser whose session has ended gets one that is not fresh. */
  async function signInStale(username: string, password: string): Promise<string> {
    const [, remember = ''] = (await signIn(username, password, true)).split('; ');
    return cookiesOf(await send('/account', { headers: { cookie: remember } })).join('; ');
  }

  /** Sends the requests of the visitors that a route is closed to; those of others only to the added routes. */
  async function walkAll(): Promise<void> {
    const isAdded = (route: string) => Object.keys(added).some((file) => `/${file}`.startsWith(`${route}/+`));
    const walks = copy.routes
      .flatMap((route) => methods.flatMap((method) => walksTo(route, method)))
      .flatMap((walk) => visitors.map((visitor) => ({ walk, visitor })))
      .filter(({ walk, visitor }) => isAdded(walk.route) || !allowed(walk.route).includes(visitor));
    const waiting = walks.map((walk, id) => ({ ...walk, id })).values();
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (const { walk, visitor, id } of waiting) answers.push(await answerTo(walk, visitor, id));
      }),
    );
  }

  async function answerTo({ method, path, headers, ...walk }: Walk, visitor: Visitor, id: number) {
    const body = ['GET', 'HEAD'].includes(method) ? null : '';
    const separator = path.includes('?') ? '&' : '?';
    const response = await send(`${path}${separator}walk=${id}`, {
      method,
      headers: { ...headers, cookie: cookies[visitor] },
      body,
    });
    const answer = { id, visitor, status: response.status, text: await response.text() };
    return { ...answer, walk: { method, path, headers, ...walk } };
  }

  const isRefused = ({ walk, visitor }: (typeof answers)[number]) => !allowed(walk.route).includes(visitor);
  const describeAnswer = ({ walk, visitor, status }: (typeof answers)[number]) =>
    `${walk.method} ${walk.path} ${JSON.stringify(walk.headers)} as ${visitor}: ${status}`;
  /** The code of a closed route that ran in a request. The layout of all pages is not closed. */
  const closedCode = ({ id }: { id: number }) =>
    (runs.get(String(id)) ?? []).filter((run) => !/ (\+layout\.server\.ts|\(open\)\/.*) /.test(run));

  test('run no code for those whom they are closed to [T26]', () => {
    const refused = answers.filter(isRefused);
    expect(refused.length).toBeGreaterThan(1000);
    expect(refused.filter((answer) => closedCode(answer).length > 0).map(describeAnswer)).toEqual([]);
  });

  test('send nothing of their data to those whom they are closed to [T26]', () => {
    const leaks = answers.filter((answer) => isRefused(answer) && answer.text.includes('secret-of-the-page'));
    expect(leaks.map(describeAnswer)).toEqual([]);
  });

  test('refuse without an error of the server', () => {
    expect(answers.filter(({ status }) => status >= 500).map(describeAnswer)).toEqual([]);
  });

  test('run their code for those whom they are open to', () => {
    const withCode = new Set([...runs.values()].flat().map((run) => run.split(' ')[1]));
    for (const file of Object.keys(added).filter((name) => /\+.*\.ts$/.test(name))) {
      expect(withCode, file).toContain(file);
    }
    const opened = answers.filter(
      (answer) => !isRefused(answer) && answer.walk.method === 'GET' && answer.walk.path.endsWith('/secret'),
    );
    expect(opened.length).toBeGreaterThan(0);
    for (const answer of opened) expect(answer.status, describeAnswer(answer)).toBe(200);
  });

  test('show the error page of the site with 403 to a user without the role', () => {
    const pages = answers.filter(
      ({ walk, visitor }) =>
        visitor === 'user' && ['GET', 'POST'].includes(walk.method) && walk.path === '/admin/secret',
    );
    expect(pages.length).toBeGreaterThan(1);
    for (const { status, text, walk } of pages) {
      if (walk.headers['x-sveltekit-action']) continue;
      expect(status).toBe(403);
      expect(text).toContain('<h1>Access denied</h1>');
      expect(text).toContain('Your account does not have access to this.');
      expect(text).toContain('>sam</a>');
    }
  });

  test('answer a data request with a redirect or an error as data', () => {
    const data = (visitor: Visitor) =>
      answers.find(
        ({ walk, visitor: by }) =>
          by === visitor && walk.method === 'GET' && walk.path === '/admin/secret/__data.json',
      );
    expect(JSON.parse(data('anonymous')?.text ?? '')).toMatchObject({
      type: 'redirect',
      location: expect.stringMatching(/^\/login\?next=/) as string,
    });
    expect(data('user')?.status).toBe(403);
    expect(JSON.parse(data('user')?.text ?? '')).toMatchObject({
      message: 'Your account does not have access to this.',
    });
  });

  test('run no remote function, whatever page it claims to be called from [T26]', async () => {
    const manifest = await readFile(join(copy.folder, 'build/server/manifest.js'), 'utf8');
    const [, id = ''] = /remotes: \{\s*'([\w-]+)'/.exec(manifest) ?? [];
    expect(id).not.toBe('');
    for (const cookie of [cookies.anonymous, cookies.user]) {
      for (const name of ['read', 'change', 'send']) {
        for (const from of ['/login', '/account', '/admin/remote', null]) {
          for (const method of ['GET', 'POST']) {
            const headers = {
              cookie,
              origin: site?.url ?? '',
              'content-type': 'application/json',
              ...(from && { 'x-sveltekit-pathname': from }),
            };
            const body = method === 'POST' ? '{"payload":"","refreshes":[]}' : null;
            const response = await send(`/_app/remote/${id}/${name}`, { method, headers, body });
            expect(response.status).toBe(404);
          }
        }
        for (const path of ['/login', '/account']) {
          const form = { method: 'POST', headers: { cookie }, body: new URLSearchParams({ a: 'b' }) };
          expect((await send(`${path}?/remote=${id}/${name}`, form)).status).toBe(404);
        }
      }
    }
    expect((await copy.runs()).filter((run) => run.includes('secret.remote.ts '))).toEqual([]);
  });

  test('cannot be prerendered into a file that everyone gets [T26]', async () => {
    await copy.addRoute('admin/early/+page.server.ts', `export const prerender = true;\n${load}`);
    await copy.addRoute('admin/early/+page.svelte', page);
    const { exitCode, output } = await copy.build();
    expect(exitCode).not.toBe(0);
    expect(output).toContain('/admin/early');
    const built = await readdir(join(copy.folder, '.svelte-kit/output'), { recursive: true });
    expect(built.filter((file) => file.includes('prerendered') && file.includes('early'))).toEqual([]);
  });
});
