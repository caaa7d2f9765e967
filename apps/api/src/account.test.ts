import { createUserStore, RememberToken, sweep } from '@latchkey/db';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { problemOf } from './client.ts';
import { startTestApi, type TestApi, type TestBrowser } from './testing.ts';

const [passphrase, another] = ['velvet otter juggles lemons', 'nine quiet harbours sleeping'];

let world: TestApi;
beforeEach(async () => {
  world = await startTestApi();
});
afterEach(() => world.stop());

const reasonOf = async (call: Promise<unknown>) =>
  call.then(
    () => 'nothing',
    (reason: unknown) => problemOf(reason).reason,
  );

async function signIn(username: string, password: string, remember = false): Promise<TestBrowser> {
  const browser = world.browser();
  await browser.api.auth.login.mutate({ username, password, remember });
  return browser;
}

const isSignedIn = async ({ api }: TestBrowser) => (await api.auth.me.query()) !== null;
const cookieOf = ({ cookies }: TestBrowser, name: string) => cookies.get(`latchkey_${name}`);

/** A browser that has only these cookies. */
function browserWith(cookies: Record<string, string | undefined>): TestBrowser {
  const browser = world.browser();
  browser.cookies.store(Object.entries(cookies).map(([name, value]) => `latchkey_${name}=${value}`));
  return browser;
}

/** Used remember tokens count as used long before parallel requests would explain it. */
const passGrace = () =>
  world.database
    .em()
    .nativeUpdate(RememberToken, { rotatedAt: { $ne: null } }, { rotatedAt: new Date(Date.now() - 60_000) });

async function tokenIn(address: string, path: string): Promise<string> {
  const mails = await world.mailsTo(address);
  const [link] = mails.flatMap(({ links }) => links).filter((each) => each.includes(path));
  const token = link?.split('/').at(-1);
  if (!token) throw new Error(`No link to ${path} was mailed to ${address}.`);
  return token;
}

describe('a sensitive procedure', () => {
  test('threat 15: needs the password entered lately, and confirming makes it so', async () => {
    const sam = await signIn('sam', 'dog', true);
    const back = browserWith({ remember: cookieOf(sam, 'remember') });
    expect((await back.api.auth.me.query())?.session).toMatchObject({ isFresh: false, isRemembered: true });
    for (const call of [
      () => back.api.account.changePassword.mutate({ password: passphrase }),
      () => back.api.account.changeEmail.mutate({ email: 'sam@new.example' }),
      () => back.api.account.delete.mutate(),
    ]) {
      expect(await reasonOf(call())).toBe('fresh_login_required');
    }

    expect(await reasonOf(back.api.auth.confirm.mutate({ password: 'wrong' }))).toBe('wrong_password');
    expect(await isSignedIn(back)).toBe(true);
    const before = cookieOf(back, 'session');
    await back.api.auth.confirm.mutate({ password: 'dog' });
    expect((await back.api.auth.me.query())?.session).toMatchObject({ isFresh: true, isRemembered: true });
    expect(await isSignedIn(browserWith({ session: before })), 'threat 9: the token before').toBe(false);
    await back.api.account.changePassword.mutate({ password: passphrase });
  });

  test('cannot be confirmed by nobody', async () => {
    expect(await reasonOf(world.browser().api.auth.confirm.mutate({ password: 'cat' }))).toBe(
      'login_required',
    );
  });
});

describe('changing the password', () => {
  test('threat 6 and 9: ends every other session, renews this one, keeps it remembered, and tells by mail', async () => {
    const elsewhere = await signIn('sam', 'dog', true);
    const here = await signIn('sam', 'dog', true);
    const old = { session: cookieOf(here, 'session'), remember: cookieOf(here, 'remember') };

    await here.api.account.changePassword.mutate({ password: passphrase });
    expect(await isSignedIn(elsewhere)).toBe(false);
    expect((await here.api.auth.me.query())?.session).toMatchObject({ isFresh: true, isRemembered: true });
    expect(cookieOf(here, 'remember')).not.toBe(old.remember);
    expect(await isSignedIn(browserWith({ session: old.session }))).toBe(false);
    expect(await isSignedIn(browserWith({ remember: cookieOf(here, 'remember') }))).toBe(true);

    expect(await reasonOf(signIn('sam', 'dog'))).toBe('invalid_credentials');
    expect(await isSignedIn(await signIn('sam', passphrase))).toBe(true);
    expect((await world.mailsTo('sam@example.com')).map(({ subject }) => subject)).toContain(
      'Your password was changed · Latchkey',
    );
  });

  test.each(['short', 'passwordpassword', 'sam sam sam sam sam', 'x'.repeat(300)])(
    'threat 2: refuses %j with a sentence beside the field',
    async (password) => {
      const sam = await signIn('sam', 'dog');
      const error: unknown = await sam.api.account.changePassword
        .mutate({ password })
        .catch((e: unknown) => e);
      expect(problemOf(error)).toMatchObject({ reason: 'invalid_input', status: 400 });
      expect(problemOf(error).fields['password']).toBeTruthy();
      expect(await isSignedIn(await signIn('sam', 'dog'))).toBe(true);
    },
  );
});

describe('a forgotten password', () => {
  test('threat 5: is replaced by a link that is good once, ends every session, and whose token is stored nowhere', async () => {
    const elsewhere = await signIn('sam', 'dog', true);
    const { api } = world.browser();
    await api.auth.forgotPassword.mutate({ email: 'SAM@example.com' });
    const token = await tokenIn('sam@example.com', '/reset-password/');
    const rows = await world.database.em().getConnection().execute('select * from mailed_links');
    expect(JSON.stringify(rows)).not.toContain(token.slice(2));
    expect(await api.auth.checkLink.mutate({ token })).toMatchObject({
      purpose: 'reset_password',
      username: 'sam',
    });

    expect(await reasonOf(api.auth.resetPassword.mutate({ token, password: 'short' }))).toBe('invalid_input');
    await api.auth.resetPassword.mutate({ token, password: passphrase });
    expect(await isSignedIn(elsewhere)).toBe(false);
    expect(await reasonOf(api.auth.resetPassword.mutate({ token, password: another }))).toBe('link_invalid');
    expect(await isSignedIn(await signIn('sam', passphrase))).toBe(true);
  });

  test('threat 5: a link is dead after any change of the password', async () => {
    const { api } = world.browser();
    await api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
    const token = await tokenIn('sam@example.com', '/reset-password/');
    await (await signIn('sam', 'dog')).api.account.changePassword.mutate({ password: passphrase });
    expect(await reasonOf(api.auth.resetPassword.mutate({ token, password: another }))).toBe('link_invalid');
  });

  test('threat 4: asking answers the same for an address that nobody has, and writes to nobody', async () => {
    const { api } = world.browser();
    const answers = [];
    for (const email of ['sam@example.com', 'nobody@example.com']) {
      answers.push(await api.auth.forgotPassword.mutate({ email }));
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(await world.mailsTo('nobody@example.com')).toEqual([]);
  });

  test('nobody fills a mailbox by asking again and again', async () => {
    const { api } = world.browser();
    for (let i = 0; i < 8; i++) await api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
    expect(await world.mailsTo('sam@example.com')).toHaveLength(5);
  });

  test.each(['', 'nonsense', 'l_' + 'A'.repeat(43), '../../etc', '\u0000', 'x'.repeat(150)])(
    'threat 5: the link %j is good for nothing',
    async (token) => {
      const { api } = world.browser();
      expect(await reasonOf(api.auth.checkLink.mutate({ token }))).toBe('link_invalid');
      expect(await reasonOf(api.auth.resetPassword.mutate({ token, password: passphrase }))).toBe(
        'link_invalid',
      );
      expect(await reasonOf(api.auth.verifyEmail.mutate({ token }))).toBe('link_invalid');
      expect(await reasonOf(api.auth.undoEmailChange.mutate({ token }))).toBe('link_invalid');
    },
  );
});

describe('an address', () => {
  test('threat 5: is verified by a link, which is good for nothing else', async () => {
    const verena = world.browser();
    await verena.api.auth.register.mutate({
      username: 'verena',
      email: 'verena@example.com',
      password: passphrase,
    });
    expect((await verena.api.auth.me.query())?.user.isEmailVerified).toBe(false);
    const token = await tokenIn('verena@example.com', '/verify-email/');
    expect(await reasonOf(verena.api.auth.resetPassword.mutate({ token, password: another }))).toBe(
      'link_invalid',
    );
    await world.browser().api.auth.verifyEmail.mutate({ token });
    expect((await verena.api.auth.me.query())?.user.isEmailVerified).toBe(true);
  });

  test('threat 6: is changed when the new one is confirmed; the old one is told, and takes it back', async () => {
    const elsewhere = await signIn('sam', 'dog');
    const sam = await signIn('sam', 'dog');
    await sam.api.account.changeEmail.mutate({ email: 'sam@new.example' });
    expect(await sam.api.account.profile.query()).toMatchObject({
      email: 'sam@example.com',
      newEmail: 'sam@new.example',
    });

    await sam.api.auth.verifyEmail.mutate({ token: await tokenIn('sam@new.example', '/verify-email/') });
    expect((await sam.api.account.profile.query()).email).toBe('sam@new.example');
    expect(await isSignedIn(elsewhere)).toBe(false);

    const [told] = await world.mailsTo('sam@example.com');
    expect(told?.text).toContain('sam@new.example');
    const undo = await tokenIn('sam@example.com', '/undo-email-change/');
    await world.browser().api.auth.undoEmailChange.mutate({ token: undo });
    expect(await isSignedIn(sam)).toBe(false);
    expect((await (await signIn('sam@example.com', 'dog')).api.account.profile.query()).newEmail).toBeNull();
  });

  test('threat 4: of somebody else is not taken by changing to it, and the owner is told', async () => {
    const sam = await signIn('sam', 'dog');
    await sam.api.account.changeEmail.mutate({ email: 'susan@example.com' });
    const [mail] = await world.mailsTo('susan@example.com');
    expect(mail?.subject).toContain('You already have an account');
    expect(mail?.links.join()).not.toContain('verify');
    expect((await (await signIn('susan@example.com', 'cat')).api.auth.me.query())?.user.username).toBe(
      'susan',
    );
  });

  test('that nobody has verified goes to whoever verifies it', async () => {
    const squatter = world.browser();
    await squatter.api.auth.register.mutate({
      username: 'squatter',
      email: 'vera@example.com',
      password: passphrase,
    });
    const vera = world.browser();
    await vera.api.auth.register.mutate({ username: 'vera', email: 'vera@example.com', password: another });
    await vera.api.auth.verifyEmail.mutate({ token: await tokenIn('vera@example.com', '/verify-email/') });
    expect((await vera.api.auth.me.query())?.user).toMatchObject({ isEmailVerified: true });
    expect((await signIn('vera@example.com', another)).api).toBeDefined();
    expect((await squatter.api.auth.me.query())?.user.isEmailVerified).toBe(false);
  });
});

describe('the list of devices', () => {
  test('threat 14: shows where one is signed in, and ends one, or all others', async () => {
    const [phone, tablet] = [await signIn('sam', 'dog', true), await signIn('sam', 'dog')];
    const sam = await signIn('sam', 'dog');
    const devices = await sam.api.account.sessions.list.query();
    expect(devices.map(({ isCurrent }) => isCurrent)).toEqual([true, false, false]);
    expect(devices.every(({ address }) => address === '127.0.0.1')).toBe(true);

    const id = devices.find(({ isRemembered }) => isRemembered)?.id ?? '';
    await sam.api.account.sessions.revoke.mutate({ id });
    expect(await isSignedIn(phone)).toBe(false);
    expect(await isSignedIn(tablet)).toBe(true);
    expect(await sam.api.account.sessions.revokeOthers.mutate()).toEqual({ ended: 1 });
    expect(await isSignedIn(tablet)).toBe(false);
    expect(await isSignedIn(sam)).toBe(true);
  });

  test('threat 27: another person’s device is as unknown as none', async () => {
    const [sam, bob] = [await signIn('sam', 'dog'), await signIn('bob', 'who', true)];
    const [theirs] = await bob.api.account.sessions.list.query();
    const reasons = [theirs?.id ?? '', 'nonsense'].map((id) =>
      reasonOf(sam.api.account.sessions.revoke.mutate({ id })),
    );
    expect(await Promise.all(reasons)).toEqual(['unknown_session', 'unknown_session']);
    expect(await isSignedIn(bob)).toBe(true);
  });
});

test('threat 13: a remember token that comes back ends its family, and the person is told, also by mail', async () => {
  const sam = await signIn('sam', 'dog', true);
  const stolen = cookieOf(sam, 'remember');
  const back = browserWith({ remember: stolen });
  expect(await isSignedIn(back)).toBe(true);
  await passGrace();

  expect(await isSignedIn(browserWith({ remember: stolen }))).toBe(false);
  expect(await isSignedIn(back)).toBe(false);
  expect(await isSignedIn(sam)).toBe(false);

  const again = await signIn('sam', 'dog');
  expect((await again.api.auth.me.query())?.alarmedAt).not.toBeNull();
  const { events } = await again.api.account.activity.query();
  expect(events.map(({ kind }) => kind)).toContain('remember_token_replayed');
  expect((await world.mailsTo('sam@example.com'))[0]?.subject).toContain('sign-in may have been copied');
  await again.api.account.acknowledgeAlarm.mutate();
  expect((await again.api.auth.me.query())?.alarmedAt).toBeNull();
});

test('threat 10: disabling ends sessions and remembered browsers at once', async () => {
  const sam = await signIn('sam', 'dog', true);
  await world.disable('sam');
  expect(await isSignedIn(sam)).toBe(false);
  expect(await isSignedIn(browserWith({ remember: cookieOf(sam, 'remember') }))).toBe(false);
});

test('threat 9: a new role takes a new token, and the password', async () => {
  const sam = await signIn('sam', 'dog');
  const before = cookieOf(sam, 'session');
  const users = createUserStore(world.database);
  const user = await users.findByLogin('sam');
  await users.setRole(user?.id ?? '', 'admin');
  expect(await sam.api.auth.me.query()).toMatchObject({
    user: { role: 'admin' },
    session: { isFresh: false },
  });
  expect(cookieOf(sam, 'session')).not.toBe(before);
  expect(await isSignedIn(browserWith({ session: before }))).toBe(false);
});

test('threat 28: the last administrator stays one, is not disabled, and does not go', async () => {
  const users = createUserStore(world.database);
  const susan = await users.findByLogin('susan');
  await expect(users.setRole(susan?.id ?? '', 'user')).rejects.toMatchObject({ reason: 'last_admin' });
  await expect(users.setActive(susan?.id ?? '', false)).rejects.toMatchObject({ reason: 'last_admin' });
  const browser = await signIn('susan', 'cat');
  expect(await reasonOf(browser.api.account.delete.mutate())).toBe('last_admin');
});

describe('an account that is to go', () => {
  test('threat 10: signs out everywhere, can be had back, and is gone from every table afterwards', async () => {
    const elsewhere = await signIn('sam', 'dog', true);
    await elsewhere.api.account.sendVerification.mutate();
    const sam = await signIn('sam', 'dog', true);
    await world.browser().api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
    await world.mailsTo('sam@example.com');
    await sam.api.account.delete.mutate();
    expect(await isSignedIn(elsewhere)).toBe(false);
    expect(await isSignedIn(sam)).toBe(false);

    const again = await signIn('sam', 'dog');
    expect((await again.api.auth.me.query())?.deleteAfter).not.toBeNull();
    await again.api.account.keep.mutate();
    expect(await swept(15)).toBe(0);

    await (await signIn('sam', 'dog')).api.account.delete.mutate();
    await world.mailsTo('sam@example.com');
    expect(await swept(13)).toBe(0);
    expect(await swept(15)).toBe(1);
    expect(await reasonOf(signIn('sam', 'dog'))).toBe('invalid_credentials');
    for (const name of ['migrations', 'migration_journal', ...tables()]) {
      const rows = await world.database.em().getConnection().execute(`select * from ${name}`);
      expect(JSON.stringify(rows), name).not.toMatch(/sam@example\.com|"sam"/);
    }
  });

  const swept = async (days: number) => {
    const now = new Date(Date.now() + days * 86_400_000);
    const forever = { sessionIdleMs: 1e12, rememberIdleMs: 1e12 };
    return (await sweep(world.database, { now, ...forever })).users.length;
  };
  const tables = () => world.database.entities.map(({ meta }) => meta.tableName);
});

test('what is over is swept in batches, and what is not stays', async () => {
  for (let i = 0; i < 5; i++) await signIn('sam', 'dog', i % 2 === 0);
  const idle = { sessionIdleMs: 3_600_000, rememberIdleMs: 86_400_000, batch: 2 };
  const inHours = (hours: number) =>
    sweep(world.database, { ...idle, now: new Date(Date.now() + hours * 3_600_000) });
  expect(await inHours(0)).toMatchObject({ sessions: 0, browsers: 0 });
  expect(await inHours(2)).toMatchObject({ sessions: 5, browsers: 0 });
  expect(await inHours(48)).toMatchObject({ sessions: 0, browsers: 3 });
});

test('threat 31: one’s data are all there, without hashes and tokens', async () => {
  const sam = await signIn('sam', 'dog', true);
  const data = await sam.api.account.exportData.query();
  expect(data).toMatchObject({ account: { username: 'sam', email: 'sam@example.com' } });
  expect(Object.keys(data)).toEqual(expect.arrayContaining(['sessions', 'rememberedBrowsers', 'activity']));
  expect(JSON.stringify(data)).not.toMatch(/argon2|[\da-f]{64}/);
});

test('mail is kept for development where there is no mail server, and never in production', async () => {
  expect(await reasonOf(world.browser().api.development.mails.query())).toBe('nothing');
  const production = await startTestApi({ NODE_ENV: 'production', ORIGIN: 'https://login.example.com' });
  expect(await reasonOf(production.browser().api.development.mails.query())).toBe('unknown_procedure');
  expect(await reasonOf(production.browser().api.development.mail.query({ id: 'x' }))).toBe(
    'unknown_procedure',
  );
  await production.stop();
});
