import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { problemOf, type Problem } from './client.ts';
import { startTestApi, type TestApi, type TestBrowser } from './testing.ts';

/* What no form of ours sends. */

const passphrase = 'velvet otter juggles lemons';

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

async function problem(call: Promise<unknown>): Promise<Problem> {
  const error: unknown = await call.then(
    () => new Error('It was not refused.'),
    (reason: unknown) => reason,
  );
  return problemOf(error);
}

async function signIn(username: string, password: string): Promise<TestBrowser> {
  const browser = world.browser();
  await browser.api.auth.login.mutate({ username, password });
  return browser;
}

describe('an id', () => {
  test.each(['\u0000', 'a\u0000b', "' or 1=1 --", 'ä', ' ', '\ud800', 'x'.repeat(101)])(
    'threat 20: that was never given out, like %j, is refused before anybody looks for it',
    async (id) => {
      const { api } = await signIn('sam', 'dog');
      const refused = { status: 400, reason: 'invalid_input' };
      expect(await problem(api.account.activity.query({ before: id }))).toMatchObject(refused);
      expect(await problem(api.account.sessions.revoke.mutate({ id }))).toMatchObject(refused);
      expect(await problem(api.development.mail.query({ id }))).toMatchObject(refused);
    },
  );

  test('that was given out is found', async () => {
    const { api } = await signIn('sam', 'dog');
    const [device] = await api.account.sessions.list.query();
    const { events } = await api.account.activity.query({});
    expect(await api.account.activity.query({ before: events[0]?.id ?? '' })).toMatchObject({ events: [] });
    expect(await api.account.sessions.revoke.mutate({ id: device?.id ?? '' })).toEqual({ ended: true });
  });
});

test.each([
  ['email', { email: 'a\ud800@example.com' }],
  ['email', { email: 'a@\udc00example.com' }],
  ['username', { username: 'sam\ud83d' }],
  ['password', { password: `${passphrase}\ud800` }],
])('threat 20: half of a character in %s is refused', async (field, odd) => {
  const form = { username: 'marigold', email: 'm@example.com', password: passphrase, ...odd };
  const { fields, status } = await problem(world.browser().api.auth.register.mutate(form));
  expect(status).toBe(400);
  expect(Object.keys(fields)).toEqual([field]);
});

test('threat 2: a password that is too long is told with one figure, however long it is', async () => {
  const { api } = await signIn('sam', 'dog');
  for (const length of [257, 300, 1024, 1025, 5000]) {
    const password = 'velvet otter 7 '.repeat(400).slice(0, length);
    const { fields } = await problem(api.account.changePassword.mutate({ password }));
    expect(fields['password'], String(length)).toBe('Use at most 256 characters.');
  }
});

describe('threat 2: what everybody knows of the site', () => {
  test.each([
    'latchkeylatchkey1',
    'Latchkey!Latchkey',
    'login.acme.example',
    'acmeacmeacmeacme',
    'localhostlocalhost',
  ])('makes no password: %j', async (password) => {
    const here = await start({
      ORIGIN: password.includes('acme') ? 'https://login.acme.example' : 'http://localhost:3000',
    });
    const form = { username: 'marigold', email: 'm@example.com', password };
    const { fields } = await problem(here.browser().api.auth.register.mutate(form));
    expect(fields['password']).toContain('this site');
  });

  test('is told along with what is wrong with other fields', async () => {
    const form = { username: '', email: 'm@example.com', password: 'latchkeylatchkey1' };
    const { fields } = await problem(world.browser().api.auth.register.mutate(form));
    expect(Object.keys(fields).sort()).toEqual(['password', 'username']);
  });
});

describe('several who give the same address', () => {
  const register = async (username: string, email: string, password: string) => {
    await world.browser().api.auth.register.mutate({ username, email, password });
  };

  test.each(['susan@example.com', 'free@example.com'])(
    'threat 4: can each sign in with %s, whether it was taken before or not',
    async (email) => {
      const passphrases = [
        'velvet otter juggles lemons',
        'nine quiet harbours sleeping',
        'plum tram vogue kiln',
      ];
      for (const [index, password] of passphrases.entries())
        await register(`stranger${index}`, email, password);
      for (const [index, password] of passphrases.entries()) {
        const { user } = await world.browser().api.auth.login.mutate({ username: email, password });
        expect(user.username).toBe(`stranger${index}`);
      }
    },
  );

  test('threat 3: a wrong password takes as many hashes, whoever has the address', async () => {
    await register('first', 'claimed@example.com', passphrase);
    for (const username of ['second', 'third']) await register(username, 'claimed@example.com', passphrase);
    const check = vi.spyOn(world.services.passwords, 'check');
    const counts = [];
    for (const username of ['susan@example.com', 'claimed@example.com', 'nobody@example.com']) {
      check.mockClear();
      await problem(world.browser().api.auth.login.mutate({ username, password: 'wrong' }));
      counts.push(check.mock.calls.length);
    }
    expect(new Set(counts).size).toBe(1);
  });

  test('a verified address and the right password take one hash', async () => {
    const check = vi.spyOn(world.services.passwords, 'check');
    await signIn('susan@example.com', 'cat');
    expect(check).toHaveBeenCalledOnce();
  });
});

describe('a new password that is entered twice, and not the same', () => {
  const differ = { password2: 'The two passwords differ. Enter the same one twice.' };
  const another = 'nine quiet harbours sleeping';

  test('makes no account, and all that is wrong is told at once', async () => {
    const { api } = world.browser();
    const form = { username: 'marigold', email: 'm@example.com', password: passphrase, password2: another };
    expect((await problem(api.auth.register.mutate(form))).fields).toEqual(differ);
    expect(await world.services.users.findByLogin('marigold')).toBeNull();

    const short = await problem(api.auth.register.mutate({ ...form, password: 'short' }));
    expect(short.fields).toEqual({ ...differ, password: expect.stringContaining('That has 5 characters') });
    const nameless = await problem(api.auth.register.mutate({ ...form, username: '', password: 'short' }));
    expect(Object.keys(nameless.fields).sort()).toEqual(['password', 'password2', 'username']);
    const none = await problem(api.auth.register.mutate({ ...form, password: '' }));
    expect(none.fields).toEqual({ ...differ, password: 'Choose a password.' });

    await api.auth.register.mutate({ ...form, password2: passphrase });
    expect((await api.auth.me.query())?.user.username).toBe('marigold');
  });

  test('changes nothing by a link or on the page, and what is wrong with the first one is told too', async () => {
    await world.browser().api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
    const [mail] = await world.mailsTo('sam@example.com');
    const token =
      mail?.links
        .find((link) => link.includes('/reset-password/'))
        ?.split('/')
        .at(-1) ?? '';
    const { api } = await signIn('sam', 'dog');
    for (const send of [
      (password: string) => api.account.changePassword.mutate({ password, password2: another }),
      (password: string) => api.auth.resetPassword.mutate({ token, password, password2: another }),
    ]) {
      expect((await problem(send(passphrase))).fields).toEqual(differ);
      const both = (await problem(send('passwordpassword'))).fields;
      expect(both).toEqual({ ...differ, password: expect.stringContaining('easy to guess') });
    }
    await signIn('sam', 'dog');
    await api.auth.resetPassword.mutate({ token, password: another, password2: another });
    await signIn('sam', another);
  });
});
