import { createUserStore, deleteExpired, RememberToken } from '@latchkey/db';
import { describe, expect } from 'vitest';
import { reasonOf, refusalOf, type TestApi } from './testing.ts';
import { test } from './world.fixture.ts';

const [passphrase, another] = ['velvet otter juggles lemons', 'nine quiet harbours sleeping'];
const remember = { remember: true };

/** Makes used remember tokens older than parallel requests could be. */
const passGracePeriod = (world: TestApi) =>
  world.database
    .em()
    .nativeUpdate(RememberToken, { rotatedAt: { $ne: null } }, { rotatedAt: new Date(Date.now() - 60_000) });

describe('a sensitive procedure', () => {
  test('needs a fresh login, which confirming the password gives [T15]', async ({ world }) => {
    const back = world.reopened(await world.signIn('sam', 'dog', remember));
    expect((await back.api.auth.me.query())?.session).toMatchObject({ isFresh: false, isRemembered: true });
    for (const call of [
      () => back.api.account.changePassword.mutate({ password: passphrase }),
      () => back.api.account.changeEmail.mutate({ email: 'sam@new.example' }),
      () => back.api.account.delete.mutate(),
    ]) {
      expect(await reasonOf(call())).toBe('fresh_login_required');
    }
    await back.api.auth.confirm.mutate({ password: 'dog' });
    expect((await back.api.auth.me.query())?.session).toMatchObject({ isFresh: true, isRemembered: true });
    await back.api.account.changePassword.mutate({ password: passphrase });
  });

  test('is not confirmed by a wrong password, which ends no session', async ({ world }) => {
    const sam = await world.signIn('sam');
    expect(await reasonOf(sam.api.auth.confirm.mutate({ password: 'wrong' }))).toBe('wrong_password');
    expect(await sam.whoAmI()).toBe('sam');
  });

  test('is not confirmed without a session', async ({ world }) => {
    const confirmed = world.browser().api.auth.confirm.mutate({ password: 'cat' });
    expect(await reasonOf(confirmed)).toBe('login_required');
  });

  test('is confirmed under a new token; the old one is invalid [T9]', async ({ world }) => {
    const sam = await world.signIn('sam');
    const before = sam.cookie('session');
    await sam.api.auth.confirm.mutate({ password: 'dog' });
    expect(sam.cookie('session')).not.toBe(before);
    expect(await world.browser({ session: before }).whoAmI()).toBeNull();
  });
});

describe('changing the password', () => {
  test('ends the other sessions and rotates this one, still remembered [T6, T9]', async ({ world }) => {
    const elsewhere = await world.signIn('sam', 'dog', remember);
    const here = await world.signIn('sam', 'dog', remember);
    const old = { session: here.cookie('session'), remember: here.cookie('remember') };

    await here.api.account.changePassword.mutate({ password: passphrase });
    expect(await elsewhere.whoAmI()).toBeNull();
    expect((await here.api.auth.me.query())?.session).toMatchObject({ isFresh: true, isRemembered: true });
    expect(here.cookie('remember')).not.toBe(old.remember);
    expect(await world.browser({ session: old.session }).whoAmI()).toBeNull();
    expect(await world.reopened(here).whoAmI()).toBe('sam');

    expect(await reasonOf(world.signIn('sam', 'dog'))).toBe('invalid_credentials');
    expect(await (await world.signIn('sam', passphrase)).whoAmI()).toBe('sam');
  });

  test('is reported by mail [T6]', async ({ world }) => {
    const sam = await world.signIn('sam');
    await sam.api.account.changePassword.mutate({ password: passphrase });
    const [mail] = await world.mailsTo('sam@example.com');
    expect(mail?.subject).toBe('Your password was changed · Latchkey');
  });

  test.for([
    ['a short one', 'short'],
    ['a common one', 'passwordpassword'],
    ['the user name', 'sam sam sam sam sam'],
    ['300 characters', 'x'.repeat(300)],
  ] as const)('refuses %s with a sentence beside the field [T2]', async ([, password], { world }) => {
    const sam = await world.signIn('sam');
    const refused = await refusalOf(sam.api.account.changePassword.mutate({ password }));
    expect(refused).toMatchObject({ reason: 'invalid_input', status: 400 });
    expect(refused.fields['password']).toMatch(/\w+.*\.$/);
    expect(await (await world.signIn('sam', 'dog')).whoAmI()).toBe('sam');
  });
});

describe('a link to reset the password', () => {
  test('works once, and ends every session [T5]', async ({ world }) => {
    const elsewhere = await world.signIn('sam', 'dog', remember);
    const { api } = world.browser();
    await api.auth.forgotPassword.mutate({ email: 'SAM@example.com' });
    const token = await world.tokenIn('sam@example.com', '/reset-password/');
    expect(await api.auth.checkLink.mutate({ token })).toMatchObject({
      purpose: 'reset_password',
      username: 'sam',
    });

    expect(await reasonOf(api.auth.resetPassword.mutate({ token, password: 'short' }))).toBe('invalid_input');
    await api.auth.resetPassword.mutate({ token, password: passphrase });
    expect(await elsewhere.whoAmI()).toBeNull();
    expect(await reasonOf(api.auth.resetPassword.mutate({ token, password: another }))).toBe('link_invalid');
    expect(await (await world.signIn('sam', passphrase)).whoAmI()).toBe('sam');
  });

  test('is stored without its token [T5]', async ({ world }) => {
    await world.browser().api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
    const token = await world.tokenIn('sam@example.com', '/reset-password/');
    const rows: unknown = await world.database.em().getConnection().execute('select * from mailed_links');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token.slice(2));
  });

  test('is invalid after any change of the password [T5]', async ({ world }) => {
    const { api } = world.browser();
    await api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
    const token = await world.tokenIn('sam@example.com', '/reset-password/');
    await (await world.signIn('sam')).api.account.changePassword.mutate({ password: passphrase });
    expect(await reasonOf(api.auth.resetPassword.mutate({ token, password: another }))).toBe('link_invalid');
  });

  test('is requested with the same answer for an unknown address, without a mail [T4]', async ({ world }) => {
    const { api } = world.browser();
    const answers = [];
    for (const email of ['sam@example.com', 'nobody@example.com']) {
      answers.push(await api.auth.forgotPassword.mutate({ email }));
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(await world.mailsTo('nobody@example.com')).toEqual([]);
  });

  test('is mailed at most five times', async ({ world }) => {
    const { api } = world.browser();
    for (let i = 0; i < 8; i++) await api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
    expect(await world.mailsTo('sam@example.com')).toHaveLength(5);
  });

  test.for(['', 'nonsense', 'l_' + 'A'.repeat(43), '../../etc', '\u0000', 'x'.repeat(150)])(
    'with the token %j is invalid for every purpose [T5]',
    async (token, { sharedWorld }) => {
      const { auth } = sharedWorld.browser().api;
      expect(await reasonOf(auth.checkLink.mutate({ token }))).toBe('link_invalid');
      expect(await reasonOf(auth.resetPassword.mutate({ token, password: passphrase }))).toBe('link_invalid');
      expect(await reasonOf(auth.verifyEmail.mutate({ token }))).toBe('link_invalid');
      expect(await reasonOf(auth.undoEmailChange.mutate({ token }))).toBe('link_invalid');
    },
  );
});

describe('an address', () => {
  test('is verified by a link, which has no other use [T5]', async ({ world }) => {
    const verena = world.browser();
    const form = { username: 'verena', email: 'verena@example.com', password: passphrase };
    await verena.api.auth.register.mutate(form);
    expect((await verena.api.auth.me.query())?.user.isEmailVerified).toBe(false);
    const token = await world.tokenIn('verena@example.com', '/verify-email/');
    const reset = verena.api.auth.resetPassword.mutate({ token, password: another });
    expect(await reasonOf(reset)).toBe('link_invalid');
    await world.browser().api.auth.verifyEmail.mutate({ token });
    expect((await verena.api.auth.me.query())?.user.isEmailVerified).toBe(true);
  });

  test('changes when the new one is confirmed, which ends other sessions [T6]', async ({ world }) => {
    const [elsewhere, sam] = [await world.signIn('sam'), await world.signIn('sam')];
    await sam.api.account.changeEmail.mutate({ email: 'sam@new.example' });
    expect(await sam.api.account.profile.query()).toMatchObject({
      email: 'sam@example.com',
      newEmail: 'sam@new.example',
    });

    const token = await world.tokenIn('sam@new.example', '/verify-email/');
    await sam.api.auth.verifyEmail.mutate({ token });
    expect((await sam.api.account.profile.query()).email).toBe('sam@new.example');
    expect(await elsewhere.whoAmI()).toBeNull();
  });

  test('is restored by the link mailed to the old one, which ends all sessions [T6]', async ({ world }) => {
    const sam = await world.signIn('sam');
    await world.changeEmail(sam, 'sam@new.example');
    const [mail] = await world.mailsTo('sam@example.com');
    expect(mail?.text).toContain('sam@new.example');
    const undo = await world.tokenIn('sam@example.com', '/undo-email-change/');
    await world.browser().api.auth.undoEmailChange.mutate({ token: undo });
    expect(await sam.whoAmI()).toBeNull();
    const again = await world.signIn('sam@example.com', 'dog');
    expect((await again.api.account.profile.query()).newEmail).toBeNull();
  });

  test('of another user cannot be changed to; its owner is notified [T4]', async ({ world }) => {
    const sam = await world.signIn('sam');
    await sam.api.account.changeEmail.mutate({ email: 'susan@example.com' });
    const [mail] = await world.mailsTo('susan@example.com');
    expect(mail?.subject).toContain('You already have an account');
    expect(mail?.links.join()).not.toContain('verify');
    expect(await (await world.signIn('susan@example.com', 'cat')).whoAmI()).toBe('susan');
  });

  test('that two users claim belongs to the one who verifies it', async ({ world }) => {
    const [squatter, vera] = [world.browser(), world.browser()];
    const email = 'vera@example.com';
    await squatter.api.auth.register.mutate({ username: 'squatter', email, password: passphrase });
    await vera.api.auth.register.mutate({ username: 'vera', email, password: another });
    await vera.api.auth.verifyEmail.mutate({ token: await world.tokenIn(email, '/verify-email/') });
    expect((await vera.api.auth.me.query())?.user.isEmailVerified).toBe(true);
    expect(await (await world.signIn(email, another)).whoAmI()).toBe('vera');
    expect((await squatter.api.auth.me.query())?.user.isEmailVerified).toBe(false);
  });
});

describe('the list of devices', () => {
  test('shows where the user is signed in [T14]', async ({ world }) => {
    await world.signIn('sam', 'dog', remember);
    await world.signIn('sam');
    const devices = await (await world.signIn('sam')).api.account.sessions.list.query();
    expect(devices.map(({ isCurrent }) => isCurrent)).toEqual([true, false, false]);
    expect(devices.filter(({ isRemembered }) => isRemembered)).toHaveLength(1);
    expect(devices.every(({ address }) => address === '127.0.0.1')).toBe(true);
  });

  test('ends one of them, or all others [T14]', async ({ world }) => {
    const [phone, tablet] = [await world.signIn('sam', 'dog', remember), await world.signIn('sam')];
    const sam = await world.signIn('sam');
    const devices = await sam.api.account.sessions.list.query();
    const id = devices.find(({ isRemembered }) => isRemembered)?.id ?? '';
    await sam.api.account.sessions.revoke.mutate({ id });
    expect([await phone.whoAmI(), await tablet.whoAmI()]).toEqual([null, 'sam']);
    expect(await sam.api.account.sessions.revokeOthers.mutate()).toEqual({ ended: 1 });
    expect([await tablet.whoAmI(), await sam.whoAmI()]).toEqual([null, 'sam']);
  });

  test('records the end of one device and of all others as different events [T30]', async ({ world }) => {
    await world.signIn('sam');
    await world.signIn('sam');
    const { account } = (await world.signIn('sam')).api;
    const other = (await account.sessions.list.query()).find(({ isCurrent }) => !isCurrent);
    await account.sessions.revoke.mutate({ id: other?.id ?? '' });
    await account.sessions.revokeOthers.mutate();
    const { events } = await account.activity.query();
    expect(events.slice(0, 2).map(({ kind }) => kind)).toEqual(['other_sessions_ended', 'session_ended']);
  });

  test('does not show whether an id is another user’s or unknown [T27]', async ({ world }) => {
    const [sam, bob] = [await world.signIn('sam'), await world.signIn('bob', 'who', remember)];
    const [theirs] = await bob.api.account.sessions.list.query();
    const reasons = [theirs?.id ?? '', 'nonsense'].map((id) =>
      reasonOf(sam.api.account.sessions.revoke.mutate({ id })),
    );
    expect(await Promise.all(reasons)).toEqual(['unknown_session', 'unknown_session']);
    expect(await bob.whoAmI()).toBe('bob');
  });
});

describe('a remember token that is used twice', () => {
  test('ends every session that began with it [T13]', async ({ world }) => {
    const sam = await world.signIn('sam', 'dog', remember);
    const stolen = { remember: sam.cookie('remember') };
    const back = world.browser(stolen);
    // The second request shows that the browser has received the next token.
    expect([await back.whoAmI(), await back.whoAmI()]).toEqual(['sam', 'sam']);
    await passGracePeriod(world);
    expect(await world.browser(stolen).whoAmI()).toBeNull();
    expect([await back.whoAmI(), await sam.whoAmI()]).toEqual([null, null]);
  });

  test('is reported to the user, until they dismiss it, and by mail [T13]', async ({ world }) => {
    const stolen = { remember: (await world.signIn('sam', 'dog', remember)).cookie('remember') };
    const back = world.browser(stolen);
    expect([await back.whoAmI(), await back.whoAmI()]).toEqual(['sam', 'sam']);
    await passGracePeriod(world);
    await world.browser(stolen).whoAmI();

    const { api } = await world.signIn('sam');
    expect((await api.auth.me.query())?.tokenTheftDetectedAt).not.toBeNull();
    const { events } = await api.account.activity.query();
    expect(events.map(({ kind }) => kind)).toContain('remember_token_replayed');
    const [mail] = await world.mailsTo('sam@example.com');
    expect(mail?.subject).toContain('sign-in may have been copied');
    await api.account.dismissTokenTheftNotice.mutate();
    expect((await api.auth.me.query())?.tokenTheftDetectedAt).toBeNull();
  });
});

test('disabling a user ends sessions and remembered browsers at once [T10]', async ({ world }) => {
  const sam = await world.signIn('sam', 'dog', remember);
  await world.disable('sam');
  expect([await sam.whoAmI(), await world.reopened(sam).whoAmI()]).toEqual([null, null]);
});

test('a new role takes effect under a new token, and not as a fresh login [T9]', async ({ world }) => {
  const sam = await world.signIn('sam');
  const before = sam.cookie('session');
  await createUserStore(world.database).setRole((await world.userNamed('sam')).id, 'admin');
  expect(await sam.api.auth.me.query()).toMatchObject({
    user: { role: 'admin' },
    session: { isFresh: false },
  });
  expect(sam.cookie('session')).not.toBe(before);
  expect(await world.browser({ session: before }).whoAmI()).toBeNull();
});

test('the last administrator cannot be demoted, disabled or deleted [T28]', async ({ world }) => {
  const users = createUserStore(world.database);
  const { id } = await world.userNamed('susan');
  await expect(users.setRole(id, 'user')).rejects.toMatchObject({ reason: 'last_admin' });
  await expect(users.setActive(id, false)).rejects.toMatchObject({ reason: 'last_admin' });
  const susan = await world.signIn('susan');
  expect(await reasonOf(susan.api.account.delete.mutate())).toBe('last_admin');
});

test('after one of two administrators was demoted, the other cannot be [T28]', async ({ world }) => {
  const users = createUserStore(world.database);
  const [sam, susan] = [await world.userNamed('sam'), await world.userNamed('susan')];
  await users.setRole(sam.id, 'admin');
  await users.setRole(susan.id, 'user');
  await expect(users.setRole(sam.id, 'user')).rejects.toMatchObject({ reason: 'last_admin' });
});

describe('deleting an account', () => {
  const deletedAfter = async (world: TestApi, days: number) => {
    const now = new Date(Date.now() + days * 86_400_000);
    const { users } = await deleteExpired(world.database, { now, sessionIdleMs: 1e12, rememberIdleMs: 1e12 });
    return users.length;
  };

  test('signs the user out everywhere [T10]', async ({ world }) => {
    const [elsewhere, sam] = [await world.signIn('sam', 'dog', remember), await world.signIn('sam')];
    await sam.api.account.delete.mutate();
    expect([await elsewhere.whoAmI(), await sam.whoAmI()]).toEqual([null, null]);
  });

  test('can be cancelled within the grace period', async ({ world }) => {
    await (await world.signIn('sam')).api.account.delete.mutate();
    const again = await world.signIn('sam');
    expect((await again.api.auth.me.query())?.deleteAfter).not.toBeNull();
    await again.api.account.cancelDeletion.mutate();
    expect(await deletedAfter(world, 15)).toBe(0);
  });

  test('removes the user from every table after the grace period [T10]', async ({ world }) => {
    const elsewhere = await world.signIn('sam', 'dog', remember);
    await elsewhere.api.account.sendVerification.mutate();
    await world.browser().api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
    await (await world.signIn('sam', 'dog', remember)).api.account.delete.mutate();
    await world.mailsTo('sam@example.com');
    expect(await deletedAfter(world, 13)).toBe(0);
    expect(await deletedAfter(world, 15)).toBe(1);
    expect(await reasonOf(world.signIn('sam'))).toBe('invalid_credentials');
    const tables = world.database.entities.map(({ meta }) => meta.tableName);
    for (const name of ['migrations', 'migration_journal', ...tables]) {
      const rows: unknown = await world.database.em().getConnection().execute(`select * from ${name}`);
      expect(JSON.stringify(rows), name).not.toMatch(/sam@example\.com|"sam"/);
    }
  });
});

test('expired sessions and browsers are deleted in batches, others stay [T11]', async ({ world }) => {
  for (let i = 0; i < 5; i++) await world.signIn('sam', 'dog', { remember: i % 2 === 0 });
  const idle = { sessionIdleMs: 3_600_000, rememberIdleMs: 86_400_000, batchSize: 2 };
  const inHours = (hours: number) =>
    deleteExpired(world.database, { ...idle, now: new Date(Date.now() + hours * 3_600_000) });
  expect(await inHours(0)).toMatchObject({ sessions: 0, browsers: 0 });
  expect(await inHours(2)).toMatchObject({ sessions: 5, browsers: 0 });
  expect(await inHours(48)).toMatchObject({ sessions: 0, browsers: 3 });
});

test('the export of an account has everything but hashes and tokens [T31]', async ({ world }) => {
  const sam = await world.signIn('sam', 'dog', remember);
  const data = await sam.api.account.exportData.query();
  expect(data).toMatchObject({ account: { username: 'sam', email: 'sam@example.com' } });
  expect(Object.keys(data)).toEqual(expect.arrayContaining(['sessions', 'rememberedBrowsers', 'activity']));
  expect(JSON.stringify(data)).not.toMatch(/argon2|[\da-f]{64}/);
});
