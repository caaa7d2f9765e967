import { createHash } from 'node:crypto';
import { createUserStore, demoUsers, User } from '@latchkey/db';
import { describe, expect, vi } from 'vitest';
import { refusalOf, reasonOf, type TestApi } from './testing.ts';
import { test } from './world.fixture.ts';

// Signing in and registering, with stored users, sessions and hashes: on every engine.

const passphrase = 'correct horse battery staple';
/** The hash of `cat` by Werkzeug 2.3. */
const werkzeugHash =
  'pbkdf2:sha256:600000$tHt3cWiyACWYHVCs$47eda1d5a41600613f4ae625063015d4ece95fd4ef7d81386404712530db0ede';

const hashOf = async (world: TestApi, username: string) => (await world.userNamed(username)).passwordHash;

describe('signing in', () => {
  test.for(demoUsers)('works for $username / $password', async ({ username, role }, { sharedWorld }) => {
    const { api } = await sharedWorld.signIn(username);
    expect(await api.auth.me.query()).toMatchObject({
      user: { username, role },
      session: { isRemembered: false },
    });
    expect(await api.account.profile.query()).toMatchObject({ username, email: `${username}@example.com` });
  });

  test.for(['SUSAN', 'Susan@Example.COM', ' susan '])(
    'accepts %j for susan, whatever its case',
    async (login, { sharedWorld }) => {
      expect(await (await sharedWorld.signIn(login, 'cat')).whoAmI()).toBe('susan');
    },
  );

  test('is required: a new browser is anonymous', async ({ sharedWorld }) => {
    expect(await sharedWorld.browser().whoAmI()).toBeNull();
  });

  test.for([
    "' or '1'='1",
    "susan' --",
    'susan" --',
    "sam'; drop table users; --",
    'susan\\',
    '%',
    'susa_',
    'susan\u0000',
    '\ud800',
  ])('with the name %j finds no user and changes no data [T21]', async (login, { sharedWorld }) => {
    expect(await reasonOf(sharedWorld.signIn(login, 'cat'))).toMatch(/^invalid_(credentials|input)$/);
    expect(await createUserStore(sharedWorld.database).findByLogin('susan')).not.toBeNull();
  });

  test('reports a disabled account only after the right password [T3]', async ({ world }) => {
    await world.disable('jack');
    expect(await refusalOf(world.signIn('jack', 'wrong'))).toMatchObject({
      reason: 'invalid_credentials',
      status: 401,
    });
    expect(await refusalOf(world.signIn('jack', 'boo'))).toMatchObject({
      reason: 'account_disabled',
      status: 403,
    });
  });

  test('works for a user whose id and name are Unicode', async ({ world }) => {
    const { passwordHash, role, isActive, createdAt, updatedAt } = await world.database
      .em()
      .findOneOrFail(User, { username: 'sam' });
    const id = '用户-жук-🗝️';
    await world.database.em().insert(User, {
      ...{ id, username: id, usernameKey: id, email: null, emailKey: null },
      ...{ passwordHash, role, isActive, createdAt, updatedAt },
    });
    expect(await (await world.signedInAs(id)).whoAmI()).toBe(id);
  });

  test('replaces a hash of another system with one of ours [T1]', async ({ start }) => {
    const world = await start({ PASSWORD_HASHING: 'standard' });
    await world.database.em().nativeUpdate(User, { username: 'sam' }, { passwordHash: werkzeugHash });
    expect(await reasonOf(world.signIn('sam', 'wrong'))).toBe('invalid_credentials');
    expect(await hashOf(world, 'sam')).toBe(werkzeugHash);
    await world.signIn('sam', 'cat');
    expect(await hashOf(world, 'sam')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await world.signIn('sam', 'cat');
  });

  test('succeeds where the hash cannot be replaced [T1]', async ({ world }) => {
    await world.database.em().nativeUpdate(User, { username: 'sam' }, { passwordHash: werkzeugHash });
    const upgrade = vi.spyOn(world.services.users, 'upgradeHash').mockRejectedValue(new Error('locked'));
    const sam = await world.signIn('sam', 'cat');
    expect(upgrade).toHaveBeenCalledOnce();
    expect(await sam.whoAmI()).toBe('sam');
    expect(await hashOf(world, 'sam')).toBe(werkzeugHash);
  });
});

describe('a session', () => {
  test('ends when its user is disabled [T10]', async ({ world }) => {
    const eric = await world.signIn('eric');
    await world.disable('eric');
    expect(await eric.whoAmI()).toBeNull();
    expect(await reasonOf(eric.api.account.profile.query())).toBe('login_required');
  });

  test('is stored as the SHA-256 of its token, without the token [T8]', async ({ sharedWorld }) => {
    const susan = await sharedWorld.signIn('susan');
    const token = susan.cookie('session') ?? '';
    const rows: unknown = await sharedWorld.database.em().getConnection().execute('select * from sessions');
    expect(JSON.stringify(rows)).not.toContain(token.slice(2));
    expect(JSON.stringify(rows)).toContain(createHash('sha256').update(token).digest('hex'));
  });

  test('gets a new token when its user signs in again; the old one is invalid [T9]', async ({
    sharedWorld,
  }) => {
    const susan = await sharedWorld.signIn('susan');
    const before = susan.cookie('session');
    await susan.api.auth.login.mutate({ username: 'susan', password: 'cat' });
    expect(susan.cookie('session')).not.toBe(before);
    expect(await sharedWorld.browser({ session: before }).whoAmI()).toBeNull();
  });

  test('ends at sign-out, for copies of its cookies too [T10]', async ({ sharedWorld }) => {
    const susan = await sharedWorld.signIn('susan', 'cat', { remember: true });
    const copied = { session: susan.cookie('session'), remember: susan.cookie('remember') };
    expect(await sharedWorld.browser(copied).whoAmI()).toBe('susan');

    await susan.api.auth.logout.mutate();
    expect(susan.cookies.header()).toBe('');
    expect(await sharedWorld.browser(copied).whoAmI()).toBeNull();
  });

  test('outlives the sign-out of the same user in another browser', async ({ sharedWorld }) => {
    const [first, second] = [await sharedWorld.signIn('bob'), await sharedWorld.signIn('bob')];
    await first.api.auth.logout.mutate();
    expect(await second.whoAmI()).toBe('bob');
  });
});

describe('registering', () => {
  test('creates an account and signs it in', async ({ sharedWorld }) => {
    const { api } = sharedWorld.browser();
    await api.auth.register.mutate({ username: 'Zoë.99', email: 'zoe@example.org', password: passphrase });
    expect((await api.auth.me.query())?.user).toMatchObject({ username: 'Zoë.99', role: 'user' });
    expect(await (await sharedWorld.signIn('zoe@EXAMPLE.org', passphrase)).whoAmI()).toBe('Zoë.99');
  });

  test('refuses a taken user name, whatever its case', async ({ sharedWorld }) => {
    const form = { username: 'SuSaN', email: 'x@example.org', password: passphrase };
    expect(await refusalOf(sharedWorld.browser().api.auth.register.mutate(form))).toMatchObject({
      reason: 'username_taken',
      status: 409,
      fields: { username: expect.any(String) as string },
    });
  });

  test('answers alike for a taken and a free address [T4]', async ({ world }) => {
    const register = async (username: string, email: string) =>
      (await world.browser().api.auth.register.mutate({ username, email, password: passphrase })).user;
    const [taken, free] = [
      await register('stranger1', 'susan@example.com'),
      await register('stranger2', 'free@example.com'),
    ];
    expect(Object.keys(taken)).toEqual(Object.keys(free));
    expect(taken.email).toBe('susan@example.com');
    // Each can sign in by the address and their own password, so that does not show which one was taken either.
    expect(await (await world.signIn('susan@example.com', passphrase)).whoAmI()).toBe('stranger1');
    expect(await (await world.signIn('free@example.com', passphrase)).whoAmI()).toBe('stranger2');
  });

  test('leaves a taken address to its owner, and mails the owner [T4]', async ({ world }) => {
    const form = { username: 'stranger1', email: 'susan@example.com', password: passphrase };
    await world.browser().api.auth.register.mutate(form);
    expect(await (await world.signIn('susan@example.com', 'cat')).whoAmI()).toBe('susan');
    const [mail] = await world.mailsTo('susan@example.com');
    expect(mail?.subject).toContain('You already have an account');
    expect(mail?.text).not.toContain('stranger1');
  });

  test('five times at once with one name creates one account', async ({ sharedWorld }) => {
    const all = await Promise.allSettled(
      Array.from({ length: 5 }, (_, i) =>
        sharedWorld.browser().api.auth.register.mutate({
          username: 'racer',
          email: `racer${i}@example.org`,
          password: passphrase,
        }),
      ),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

test('/readyz answers 503 with another schema version, and /healthz 200 [T34]', async ({ world }) => {
  expect(await (await fetch(`${world.url}/healthz`)).text()).toBe('up\n');
  expect((await fetch(`${world.url}/readyz`)).status).toBe(200);
  await world.database
    .em()
    .getConnection()
    .execute("insert into migrations (name) values ('Migration29990101000000_from_the_future')");
  expect((await fetch(`${world.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${world.url}/healthz`)).status).toBe(200);
});
