import { OutgoingMail } from '@latchkey/db';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { problemOf } from './client.ts';
import { startTestApi, type TestApi, type TestBrowser } from './testing.ts';

/* What was begun before a password or an address changed, and comes to an end with it. */

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

async function signIn(username: string, password: string): Promise<TestBrowser> {
  const browser = world.browser();
  await browser.api.auth.login.mutate({ username, password });
  return browser;
}

async function tokensIn(address: string, path: string): Promise<string[]> {
  const mails = await world.mailsTo(address);
  return mails
    .flatMap(({ links }) => links)
    .filter((link) => link.includes(path))
    .flatMap((link) => link.split('/').slice(-1));
}

async function tokenIn(address: string, path: string): Promise<string> {
  const [token] = await tokensIn(address, path);
  if (!token) throw new Error(`No link to ${path} was mailed to ${address}.`);
  return token;
}

async function changeAddress(browser: TestBrowser, email: string): Promise<void> {
  await browser.api.account.changeEmail.mutate({ email });
  await browser.api.auth.verifyEmail.mutate({ token: await tokenIn(email, '/verify-email/') });
}

describe('a change of address that is not confirmed', () => {
  test('threat 5: ends with a change of the password, so that a thief does not take the account by it', async () => {
    const thief = await signIn('sam', 'dog');
    await thief.api.account.changeEmail.mutate({ email: 'thief@evil.example' });
    const token = await tokenIn('thief@evil.example', '/verify-email/');

    const sam = await signIn('sam', 'dog');
    await sam.api.account.changePassword.mutate({ password: passphrase });
    expect(await reasonOf(world.browser().api.auth.verifyEmail.mutate({ token }))).toBe('link_invalid');
    expect(await sam.api.account.profile.query()).toMatchObject({
      email: 'sam@example.com',
      newEmail: null,
    });
  });

  test('threat 5: ends with a reset of the password', async () => {
    const thief = await signIn('sam', 'dog');
    await thief.api.account.changeEmail.mutate({ email: 'thief@evil.example' });
    const token = await tokenIn('thief@evil.example', '/verify-email/');

    const { api } = world.browser();
    await api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
    const reset = await tokenIn('sam@example.com', '/reset-password/');
    await api.auth.resetPassword.mutate({ token: reset, password: passphrase });
    expect(await reasonOf(api.auth.verifyEmail.mutate({ token }))).toBe('link_invalid');
  });

  test('threat 5: of an account without an address gets no link after a change of the password, however late its mail', async () => {
    const register = (browser: TestBrowser, username: string, email: string) =>
      browser.api.auth.register.mutate({ username, email, password: passphrase });
    const vera = world.browser();
    await register(vera, 'vera', 'susan@example.com');
    await vera.api.account.changeEmail.mutate({ email: 'thief@evil.example' });
    const [first] = await tokensIn('thief@evil.example', '/verify-email/');
    await vera.api.account.changePassword.mutate({ password: another });
    expect(await reasonOf(vera.api.auth.verifyEmail.mutate({ token: first ?? '' }))).toBe('link_invalid');

    const { user } = (await vera.api.auth.me.query()) ?? {};
    await noteMail('change_email', user?.id ?? null, { email: 'thief@evil.example' }, minutesAgo(1));
    expect(await tokensIn('thief@evil.example', '/verify-email/')).toEqual([first]);
  });

  test('threat 6: can be undone also after the password was changed', async () => {
    const thief = await signIn('sam', 'dog');
    await changeAddress(thief, 'thief@evil.example');
    await thief.api.account.changePassword.mutate({ password: passphrase });
    const undo = await tokenIn('sam@example.com', '/undo-email-change/');
    await world.browser().api.auth.undoEmailChange.mutate({ token: undo });
    expect((await thief.api.auth.me.query())?.user).toBeUndefined();
  });
});

describe('a link for a new password', () => {
  test('threat 5: that was sent to the old address is dead once the address has changed', async () => {
    const { api } = world.browser();
    await api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
    const token = await tokenIn('sam@example.com', '/reset-password/');
    await changeAddress(await signIn('sam', 'dog'), 'sam@new.example');
    expect(await reasonOf(api.auth.resetPassword.mutate({ token, password: passphrase }))).toBe(
      'link_invalid',
    );
  });

  test('threat 5: is not made from a wish of before the password was changed', async () => {
    const sam = await signIn('sam', 'dog');
    const before = new Date();
    await sam.api.account.changePassword.mutate({ password: passphrase });
    await noteMail('reset_password', null, { email: 'sam@example.com' }, before);
    expect(await tokensIn('sam@example.com', '/reset-password/')).toEqual([]);
  });

  test('threat 5: is not made from a wish that is older than a link gets', async () => {
    await noteMail('reset_password', null, { email: 'sam@example.com' }, minutesAgo(31));
    expect(await tokensIn('sam@example.com', '/reset-password/')).toEqual([]);
    await noteMail('reset_password', null, { email: 'sam@example.com' }, minutesAgo(29));
    expect(await tokensIn('sam@example.com', '/reset-password/')).toHaveLength(1);
  });
});

describe('the old address', () => {
  test('threat 6: is told of every change, and can take back each', async () => {
    const sam = await signIn('sam', 'dog');
    const addresses = ['sam@example.com', 'sam@two.example', 'sam@three.example', 'sam@four.example'];
    for (const address of addresses.slice(1)) await changeAddress(sam, address);
    for (const address of addresses.slice(0, -1)) {
      expect(await tokensIn(address, '/undo-email-change/'), address).toHaveLength(2);
    }
    const undo = await tokenIn('sam@three.example', '/undo-email-change/');
    await world.browser().api.auth.undoEmailChange.mutate({ token: undo });
    expect((await (await signIn('sam', 'dog')).api.account.profile.query()).email).toBe('sam@three.example');
  });

  test('threat 6: is told also when it has got so many links that there is none more', async () => {
    const sam = await signIn('sam', 'dog');
    for (let i = 1; i <= 7; i++) await sam.api.account.changeEmail.mutate({ email: `sam@${i}.example` });
    const mails = await world.mailsTo('sam@example.com');
    expect(mails).toHaveLength(7);
    expect(mails[0]?.text).toContain('sam@7.example');
    expect(mails[0]?.links.join()).not.toContain('undo');
    expect(mails[0]?.text).toContain('earlier e-mail');
    expect(await tokensIn('sam@example.com', '/undo-email-change/')).toHaveLength(5);
  });
});

test('a stranger who registers with an address again and again does not fill its mailbox', async () => {
  const stranger = world.browser();
  await stranger.api.auth.register.mutate({
    username: 'stranger',
    email: 'susan@example.com',
    password: passphrase,
  });
  for (let i = 0; i < 10; i++) await stranger.api.account.sendVerification.mutate();
  const other = world.browser();
  await other.api.auth.register.mutate({ username: 'other', email: 'Susan@example.com', password: another });
  expect(
    (await world.mailsTo('susan@example.com')).length + (await world.mailsTo('Susan@example.com')).length,
  ).toBe(5);
});

/** A mail as it waits in the table, noted at a time of one's own. */
async function noteMail(
  kind: string,
  userId: string | null,
  data: Record<string, string>,
  createdAt: Date,
): Promise<void> {
  const em = world.database.em();
  em.create(OutgoingMail, {
    kind,
    user: userId,
    data: JSON.stringify(data),
    createdAt,
    attempts: 0,
    nextAttemptAt: new Date(),
  });
  await em.flush();
  // Another one wakes whoever sends them.
  await world.services.sendMail({ kind: 'reset_password', userId: null, data: { email: 'no@one.example' } });
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
