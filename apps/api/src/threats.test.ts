import { request } from 'node:http';
import { createUserStore } from '@latchkey/db';
import { expect } from 'vitest';
import { appRouter } from './app-router.ts';
import { createContext } from './context.ts';
import { adminProcedure, router } from './procedures.ts';
import { reasonOf, type TestApi, type TestBrowser } from './testing.ts';
import { test } from './world.fixture.ts';

// Requirements of docs/security.md that no other test of the API covers.

const passphrase = 'velvet otter juggles lemons';

/** Posts with headers that fetch does not allow, like `Host`. */
function send(
  { url }: TestApi,
  procedure: string,
  body: object,
  headers: Record<string, string>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const sending = request(
      `${url}/trpc/${procedure}`,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () => {
          resolve(text);
        });
      },
    );
    sending.on('error', reject).end(JSON.stringify(body));
  });
}

test('a Unicode password signs in in either normal form, and not truncated [T2]', async ({ world }) => {
  const password = '\u043a\u043e\u0448\u043a\u0430 Zo\u00eb \u2603 velvet otter';
  await (await world.signIn('sam')).api.account.changePassword.mutate({ password });
  expect(await (await world.signIn('sam', password.normalize('NFD'))).whoAmI()).toBe('sam');
  expect(await reasonOf(world.signIn('sam', password.slice(0, -1)))).toBe('invalid_credentials');
});

test('a mailed link leads to ORIGIN, whatever host the request names [T5]', async ({ start }) => {
  const site = await start({ ORIGIN: 'https://login.example.com', TRUST_PROXY: '1' });
  await send(
    site,
    'auth.forgotPassword',
    { email: 'sam@example.com' },
    {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-for': '192.0.2.1',
      forwarded: 'host=evil.example',
    },
  );
  const [mail] = await site.mailsTo('sam@example.com');
  expect(mail?.links.join()).toContain('/reset-password/');
  // One of the links ends a sentence.
  for (const link of mail?.links ?? []) expect(link).toMatch(/^https:\/\/login\.example\.com(\/|\.?$)/);
  expect(mail?.text).not.toContain('evil.example');
});

test('a reset password is reported by mail [T6]', async ({ world }) => {
  const { api } = world.browser();
  await api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
  const token = await world.tokenIn('sam@example.com', '/reset-password/');
  await api.auth.resetPassword.mutate({ token, password: passphrase });
  const [mail] = await world.mailsTo('sam@example.com');
  expect(mail?.subject).toBe('Your password was reset · Latchkey');
});

test.for([
  ['the socket, without a proxy', '0', '127.0.0.1'],
  ['X-Forwarded-For, with one proxy', '1', '203.0.113.7'],
] as const)('a device’s address comes from %s [T22]', async ([, proxies, expected], { start }) => {
  const world = await start({ TRUST_PROXY: proxies });
  const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' };
  await send(world, 'auth.login', { username: 'sam', password: 'dog' }, headers);
  const devices = await (await world.signedInAs('sam')).api.account.sessions.list.query();
  const [other] = devices.filter(({ isCurrent }) => !isCurrent);
  expect(other?.address).toBe(expected);
});

test('only the listed procedures need a fresh login [T15, T26]', async ({ world }) => {
  const found: string[] = [];
  for (const path of Object.keys(appRouter._def.procedures)) {
    const sam = await world.signedInAs('sam', { fresh: false });
    const answer = await send(world, path, {}, { cookie: sam.cookies.header() });
    if (answer.includes('"reason":"fresh_login_required"')) found.push(path);
  }
  expect(found.sort()).toEqual([
    'account.changeEmail',
    'account.changePassword',
    'account.changeUsername',
    'account.delete',
  ]);
});

test('an admin procedure needs the current role and a fresh login [T26, T28]', async ({ world }) => {
  const administration = router({ look: adminProcedure.query(() => 'allowed') });
  const lookAs = ({ cookies }: TestBrowser) => {
    const asking = new Request(world.url, { headers: { cookie: cookies.header(), 'user-agent': 'node' } });
    const context = createContext(world.services, {
      request: asking,
      address: '127.0.0.1',
      requestId: crypto.randomUUID(),
      setCookie: () => undefined,
    });
    return administration
      .createCaller(context)
      .look()
      .catch((reason: unknown) => (reason as { reason?: string }).reason);
  };

  expect(await lookAs(world.browser())).toBe('login_required');
  expect(await lookAs(await world.signedInAs('sam'))).toBe('not_allowed');
  expect(await lookAs(await world.signedInAs('susan', { fresh: false }))).toBe('fresh_login_required');
  const susan = await world.signedInAs('susan');
  expect(await lookAs(susan)).toBe('allowed');

  const users = createUserStore(world.database);
  await users.setRole((await world.userNamed('sam')).id, 'admin');
  await users.setRole((await world.userNamed('susan')).id, 'user');
  expect(await lookAs(susan)).toBe('not_allowed');
});

test('activity is recorded with kind, time, device and address, without secrets [T30]', async ({ world }) => {
  await reasonOf(world.signIn('sam', 'a wrong password'));
  const sam = await world.signIn('sam');
  await expect
    .poll(async () => (await sam.api.account.activity.query()).events.map(({ kind }) => kind).sort())
    .toEqual(['login_failed', 'signed_in']);
  const { events } = await sam.api.account.activity.query();
  for (const event of events) {
    expect(event).toMatchObject({
      address: '127.0.0.1',
      device: 'node',
      at: expect.stringMatching(/^\d{4}-/),
    });
  }
  const rows: unknown = await world.database.em().getConnection().execute('select * from security_events');
  const token = sam.cookie('session') ?? '';
  for (const secret of ['a wrong password', token.slice(2), 'argon2']) {
    expect(JSON.stringify(rows)).not.toContain(secret);
  }
});
