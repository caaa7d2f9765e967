import { request } from 'node:http';
import { createUserStore, User } from '@latchkey/db';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { appRouter } from './app-router.ts';
import { problemOf } from './client.ts';
import { createContext } from './context.ts';
import { adminProcedure, router } from './procedures.ts';
import { startTestApi, type TestApi, type TestBrowser } from './testing.ts';

/* What docs/security.md says and no other test of the API shows. */

const passphrase = 'velvet otter juggles lemons';
/** Werkzeug 2.3 made it, of `cat`. */
const fromWerkzeug =
  'pbkdf2:sha256:600000$tHt3cWiyACWYHVCs$47eda1d5a41600613f4ae625063015d4ece95fd4ef7d81386404712530db0ede';

const worlds: TestApi[] = [];
async function start(env: Record<string, string> = {}): Promise<TestApi> {
  const started = await startTestApi(env);
  worlds.push(started);
  return started;
}

let world: TestApi;
beforeEach(async () => {
  world = await start();
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const started of worlds.splice(0)) await started.stop();
});

const reasonOf = async (call: Promise<unknown>) =>
  call.then(
    () => 'nothing',
    (reason: unknown) => problemOf(reason).reason,
  );

async function signIn(username: string, password: string, where = world): Promise<TestBrowser> {
  const browser = where.browser();
  await browser.api.auth.login.mutate({ username, password });
  return browser;
}

const hashOf = async (username: string) =>
  (await world.database.em().findOneOrFail(User, { username })).passwordHash;

/** As a program sends it, which can say anything in its headers. */
function send(where: TestApi, path: string, body: object, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const sending = request(
      `${where.url}/trpc/${path}`,
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

test('a hash of another system is replaced by one of ours at the next sign-in [T1]', async () => {
  world = await start({ PASSWORD_HASHING: 'standard' });
  await world.database.em().nativeUpdate(User, { username: 'sam' }, { passwordHash: fromWerkzeug });
  expect(await reasonOf(signIn('sam', 'wrong'))).toBe('invalid_credentials');
  expect(await hashOf('sam')).toBe(fromWerkzeug);
  await signIn('sam', 'cat');
  expect(await hashOf('sam')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  await signIn('sam', 'cat');
});

test('threat 1: a hash that cannot be replaced hurts nobody who signs in', async () => {
  await world.database.em().nativeUpdate(User, { username: 'sam' }, { passwordHash: fromWerkzeug });
  const upgrade = vi.spyOn(world.services.users, 'upgradeHash').mockRejectedValue(new Error('locked'));
  const { api } = await signIn('sam', 'cat');
  expect(upgrade).toHaveBeenCalledOnce();
  expect((await api.auth.me.query())?.user.username).toBe('sam');
  expect(await hashOf('sam')).toBe(fromWerkzeug);
});

test('threat 2: a password of any script signs in, in either normal form, and cut short it does not', async () => {
  const password = '\u043a\u043e\u0448\u043a\u0430 Zo\u00eb \u2603 velvet otter';
  await (await signIn('sam', 'dog')).api.account.changePassword.mutate({ password });
  await signIn('sam', password.normalize('NFD'));
  expect(await reasonOf(signIn('sam', password.slice(0, -1)))).toBe('invalid_credentials');
});

test('threat 5: a link in a mail leads to ORIGIN, whatever the request says of its host', async () => {
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
  // One of them ends a sentence.
  for (const link of mail?.links ?? []) expect(link).toMatch(/^https:\/\/login\.example\.com(\/|\.?$)/);
  expect(mail?.text).not.toContain('evil.example');
});

test('threat 5: a link has 256 random bits, and dies after its short time', async () => {
  const { api } = world.browser();
  await api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
  const [mail] = await world.mailsTo('sam@example.com');
  const token =
    mail?.links
      .find((link) => link.includes('/reset-password/'))
      ?.split('/')
      .at(-1) ?? '';
  expect(Buffer.from(token.slice(2), 'base64url')).toHaveLength(32);

  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    vi.setSystemTime(Date.now() + 29 * 60_000);
    await api.auth.checkLink.mutate({ token });
    vi.setSystemTime(Date.now() + 2 * 60_000);
    expect(await reasonOf(api.auth.checkLink.mutate({ token }))).toBe('link_invalid');
    expect(await reasonOf(api.auth.resetPassword.mutate({ token, password: passphrase }))).toBe(
      'link_invalid',
    );
  } finally {
    vi.useRealTimers();
  }
});

test('threat 6: who has reset a password is told so by mail', async () => {
  const { api } = world.browser();
  await api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
  const [mail] = await world.mailsTo('sam@example.com');
  const token =
    mail?.links
      .find((link) => link.includes('/reset-password/'))
      ?.split('/')
      .at(-1) ?? '';
  await api.auth.resetPassword.mutate({ token, password: passphrase });
  const [told] = await world.mailsTo('sam@example.com');
  expect(told?.subject).toBe('Your password was reset · Latchkey');
});

test.each(["' or '1'='1", "susan' --", 'susan" --', "sam'; drop table users; --", 'susan\\', '%', 'susa_'])(
  'threat 21: the name %j finds nobody and breaks nothing',
  async (username) => {
    expect(await reasonOf(signIn(username, 'cat'))).toBe('invalid_credentials');
    expect((await createUserStore(world.database).list()).length).toBe(6);
  },
);

test('threat 22: a header says where a browser is only where a proxy is expected', async () => {
  const addressesAt = async (where: TestApi) => {
    const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' };
    await send(where, 'auth.login', { username: 'sam', password: 'dog' }, headers);
    const sam = await where.signedInAs('sam');
    const devices = await sam.api.account.sessions.list.query();
    return devices.filter(({ isCurrent }) => !isCurrent).map(({ address }) => address);
  };
  expect(await addressesAt(world)).toEqual(['127.0.0.1']);
  expect(await addressesAt(await start({ TRUST_PROXY: '1' }))).toEqual(['203.0.113.7']);
});

test('threat 15 and 26: the procedures that ask for a fresh login are these', async () => {
  const asking: string[] = [];
  for (const path of Object.keys(appRouter._def.procedures)) {
    const sam = await world.signedInAs('sam', { fresh: false });
    const answer = await send(world, path, {}, { cookie: sam.cookies.header() });
    if (answer.includes('"reason":"fresh_login_required"')) asking.push(path);
  }
  expect(asking.sort()).toEqual(['account.changeEmail', 'account.changePassword', 'account.delete']);
});

test('threat 26 and 28: what is for administrators asks who is one now, and for a fresh login', async () => {
  const users = createUserStore(world.database);
  const administration = router({ look: adminProcedure.query(() => 'in') });
  const lookAs = ({ cookies }: TestBrowser) => {
    const asking = new Request(world.url, { headers: { cookie: cookies.header(), 'user-agent': 'node' } });
    const context = createContext(world.services, asking, new Headers(), '127.0.0.1');
    return administration
      .createCaller(context)
      .look()
      .catch((reason: unknown) => (reason as { reason?: string }).reason);
  };

  expect(await lookAs(world.browser())).toBe('login_required');
  expect(await lookAs(await world.signedInAs('sam'))).toBe('not_allowed');
  expect(await lookAs(await world.signedInAs('susan', { fresh: false }))).toBe('fresh_login_required');
  const susan = await world.signedInAs('susan');
  expect(await lookAs(susan)).toBe('in');

  const idOf = async (username: string) => (await users.findByLogin(username))?.id ?? '';
  await users.setRole(await idOf('sam'), 'admin');
  await users.setRole(await idOf('susan'), 'user');
  expect(await lookAs(susan)).toBe('not_allowed');
});

test('threat 28: of two administrators one may stop to be one, and then the other may not', async () => {
  const users = createUserStore(world.database);
  const [sam, susan] = await Promise.all(['sam', 'susan'].map((name) => users.findByLogin(name)));
  await users.setRole(sam?.id ?? '', 'admin');
  await users.setRole(susan?.id ?? '', 'user');
  await expect(users.setRole(sam?.id ?? '', 'user')).rejects.toMatchObject({ reason: 'last_admin' });
});

test('threat 30: what happens to an account is kept with what, when, by what and from where, and no secret', async () => {
  await reasonOf(signIn('sam', 'a wrong password'));
  const sam = await signIn('sam', 'dog');
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
  const token = sam.cookies.get('latchkey_session') ?? '';
  for (const secret of ['a wrong password', token.slice(2), 'argon2']) {
    expect(JSON.stringify(rows)).not.toContain(secret);
  }
});
