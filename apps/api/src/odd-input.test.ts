import { describe, expect, vi } from 'vitest';
import { reasonOf, refusalOf } from './testing.ts';
import { test } from './world.fixture.ts';

// Input that the pages of the site do not send.

const [passphrase, another] = ['velvet otter juggles lemons', 'nine quiet harbours sleeping'];

describe('an id', () => {
  test.for(['\u0000', 'a\u0000b', "' or 1=1 --", 'ä', ' ', '\ud800', 'x'.repeat(101)])(
    'like %j is refused before it is looked up [T20]',
    async (id, { sharedWorld }) => {
      const { api } = await sharedWorld.signedInAs('sam');
      const refused = { status: 400, reason: 'invalid_input' };
      expect(await refusalOf(api.account.activity.query({ before: id }))).toMatchObject(refused);
      expect(await refusalOf(api.account.sessions.revoke.mutate({ id }))).toMatchObject(refused);
      expect(await refusalOf(api.development.mail.query({ id }))).toMatchObject(refused);
    },
  );

  test('of an existing row is found', async ({ world }) => {
    const { api } = await world.signIn('sam');
    const [device] = await api.account.sessions.list.query();
    const { events } = await api.account.activity.query({});
    expect(await api.account.activity.query({ before: events[0]?.id ?? '' })).toMatchObject({ events: [] });
    expect(await api.account.sessions.revoke.mutate({ id: device?.id ?? '' })).toEqual({ ended: true });
  });
});

test.for([
  ['an e-mail address', 'email', { email: 'a\ud800@example.com' }],
  ['an e-mail domain', 'email', { email: 'a@\udc00example.com' }],
  ['a user name', 'username', { username: 'sam\ud83d' }],
  ['a password', 'password', { password: `${passphrase}\ud800` }],
] as const)('half a surrogate pair in %s is refused [T20]', async ([, field, odd], { sharedWorld }) => {
  const form = { username: 'marigold', email: 'm@example.com', password: passphrase, ...odd };
  const { fields, status } = await refusalOf(sharedWorld.browser().api.auth.register.mutate(form));
  expect(status).toBe(400);
  expect(Object.keys(fields)).toEqual([field]);
});

test.for([257, 300, 1024, 1025, 5000])(
  'a password of %i characters is refused with the limit of 256 [T2]',
  async (length, { sharedWorld }) => {
    const { api } = await sharedWorld.signedInAs('sam');
    const password = 'velvet otter 7 '.repeat(400).slice(0, length);
    const { fields } = await refusalOf(api.account.changePassword.mutate({ password }));
    expect(fields['password']).toBe('Use at most 256 characters.');
  },
);

describe('a password made of the site’s name or host', () => {
  test.for([
    ['latchkeylatchkey1', 'http://localhost:3000'],
    ['Latchkey!Latchkey', 'http://localhost:3000'],
    ['localhostlocalhost', 'http://localhost:3000'],
    ['login.acme.example', 'https://login.acme.example'],
    ['acmeacmeacmeacme', 'https://login.acme.example'],
  ] as const)('is refused: %s at %s [T2]', async ([password, ORIGIN], { start }) => {
    const form = { username: 'marigold', email: 'm@example.com', password };
    const { fields } = await refusalOf((await start({ ORIGIN })).browser().api.auth.register.mutate(form));
    expect(fields['password']).toContain('this site');
  });

  test('is refused together with the other wrong fields', async ({ sharedWorld }) => {
    const form = { username: '', email: 'm@example.com', password: 'latchkeylatchkey1' };
    const { fields } = await refusalOf(sharedWorld.browser().api.auth.register.mutate(form));
    expect(Object.keys(fields).sort()).toEqual(['password', 'username']);
  });
});

describe('several accounts with one unverified address', () => {
  test.for(['susan@example.com', 'free@example.com'])(
    'can each sign in with %s, whether it is taken or free [T4]',
    async (email, { world }) => {
      const passwords = [passphrase, another, 'plum tram vogue kiln'];
      for (const [index, password] of passwords.entries()) {
        await world.browser().api.auth.register.mutate({ username: `user${index}`, email, password });
      }
      for (const [index, password] of passwords.entries()) {
        expect(await (await world.signIn(email, password)).whoAmI()).toBe(`user${index}`);
      }
    },
  );

  test('cost as many hashes at a wrong password as any other address [T3]', async ({ world }) => {
    for (const username of ['first', 'second', 'third']) {
      const form = { username, email: 'claimed@example.com', password: passphrase };
      await world.browser().api.auth.register.mutate(form);
    }
    const check = vi.spyOn(world.services.passwords, 'check');
    const counts = [];
    for (const login of ['susan@example.com', 'claimed@example.com', 'nobody@example.com']) {
      check.mockClear();
      expect(await reasonOf(world.signIn(login, 'wrong'))).toBe('invalid_credentials');
      counts.push(check.mock.calls.length);
    }
    expect(new Set(counts).size).toBe(1);
  });
});

test('a verified address and the right password cost one hash', async ({ world }) => {
  const check = vi.spyOn(world.services.passwords, 'check');
  await world.signIn('susan@example.com', 'cat');
  expect(check).toHaveBeenCalledOnce();
});

describe('a new password whose repetition differs', () => {
  const differ = { password2: 'The passwords do not match.' };

  test('creates no account', async ({ world }) => {
    const { api } = world.browser();
    const form = { username: 'marigold', email: 'm@example.com', password: passphrase, password2: another };
    expect((await refusalOf(api.auth.register.mutate(form))).fields).toEqual(differ);
    expect(await world.services.users.findByLogin('marigold')).toBeNull();
    await api.auth.register.mutate({ ...form, password2: passphrase });
    expect((await api.auth.me.query())?.user.username).toBe('marigold');
  });

  test('is refused together with the other wrong fields', async ({ sharedWorld }) => {
    const form = { username: 'marigold', email: 'm@example.com', password: passphrase, password2: another };
    const fieldsOf = async (odd: Partial<typeof form>) =>
      (await refusalOf(sharedWorld.browser().api.auth.register.mutate({ ...form, ...odd }))).fields;
    const short = { ...differ, password: expect.stringContaining('That has 5 characters') };
    expect(await fieldsOf({ password: 'short' })).toEqual(short);
    expect(Object.keys(await fieldsOf({ username: '', password: 'short' })).sort()).toEqual([
      'password',
      'password2',
      'username',
    ]);
    expect(await fieldsOf({ password: '' })).toEqual({ ...differ, password: 'Choose a password.' });
  });

  test('changes nothing, neither by a link nor on the page', async ({ world }) => {
    await world.browser().api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
    const token = await world.tokenIn('sam@example.com', '/reset-password/');
    const { api } = await world.signIn('sam');
    for (const send of [
      (password: string) => api.account.changePassword.mutate({ password, password2: another }),
      (password: string) => api.auth.resetPassword.mutate({ token, password, password2: another }),
    ]) {
      expect((await refusalOf(send(passphrase))).fields).toEqual(differ);
      const both = (await refusalOf(send('passwordpassword'))).fields;
      expect(both).toEqual({ ...differ, password: expect.stringContaining('easy to guess') });
    }
    expect(await reasonOf(world.signIn('sam', 'dog'))).toBeNull();
    await api.auth.resetPassword.mutate({ token, password: another, password2: another });
    expect(await reasonOf(world.signIn('sam', another))).toBeNull();
  });
});

describe('one mailbox', () => {
  const [unicode, ascii] = ['vera@münchen.example', 'VERA@xn--mnchen-3ya.example'];

  test('has one owner in every spelling of its domain', async ({ world }) => {
    await world
      .browser()
      .api.auth.register.mutate({ username: 'vera', email: unicode, password: passphrase });
    await world
      .browser()
      .api.auth.verifyEmail.mutate({ token: await world.tokenIn(unicode, '/verify-email/') });
    await world.browser().api.auth.register.mutate({ username: 'eve', email: ascii, password: another });
    const [notice] = await world.mailsTo(ascii);
    expect(notice?.subject).toContain('You already have an account');
    expect(await (await world.signIn(ascii, passphrase)).whoAmI()).toBe('vera');
    await world.browser().api.auth.forgotPassword.mutate({ email: ascii });
    expect(await world.tokensIn(unicode, '/reset-password/')).toHaveLength(1);
  });

  test('is shown as the user has entered it, and cannot be changed to itself', async ({ world }) => {
    const { api } = world.browser();
    await api.auth.register.mutate({ username: 'vera', email: unicode, password: passphrase });
    expect((await api.account.profile.query()).email).toBe(unicode);
    const { fields } = await refusalOf(api.account.changeEmail.mutate({ email: ascii }));
    expect(fields['email']).toContain('current address');
  });

  test.for([
    ['a@x..example', 'Enter an address like name@example.com.'],
    ['.x@x.example', 'Enter an address like name@example.com.'],
    ['a\u200b@x.example', 'Use visible characters only.'],
    [`${'x'.repeat(65)}@x.example`, 'Use a shorter address.'],
  ] as const)('that no mail can reach is refused: %s', async ([email, sentence], { sharedWorld }) => {
    const form = { username: 'marigold', email, password: passphrase };
    const { fields } = await refusalOf(sharedWorld.browser().api.auth.register.mutate(form));
    expect(fields).toEqual({ email: sentence });
  });
});
