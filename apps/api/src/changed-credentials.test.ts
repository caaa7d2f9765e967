import { OutgoingMail } from '@latchkey/db';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { reasonOf, type TestApi } from './testing.ts';
import { test } from './world.fixture.ts';

// Links and pending changes that end when the password or the address changes.

const [passphrase, another] = ['velvet otter juggles lemons', 'nine quiet harbours sleeping'];

const thief = 'thief@evil.example';

describe('a pending change of the address', () => {
  test('ends when the password changes [T5]', async ({ world }) => {
    await (await world.signIn('sam')).api.account.changeEmail.mutate({ email: thief });
    const token = await world.tokenIn(thief, '/verify-email/');

    const sam = await world.signIn('sam');
    await sam.api.account.changePassword.mutate({ password: passphrase });
    expect(await reasonOf(world.browser().api.auth.verifyEmail.mutate({ token }))).toBe('link_invalid');
    expect(await sam.api.account.profile.query()).toMatchObject({
      email: 'sam@example.com',
      newEmail: null,
    });
  });

  test('ends when the password is reset [T5]', async ({ world }) => {
    await (await world.signIn('sam')).api.account.changeEmail.mutate({ email: thief });
    const token = await world.tokenIn(thief, '/verify-email/');

    const { api } = world.browser();
    await api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
    const reset = await world.tokenIn('sam@example.com', '/reset-password/');
    await api.auth.resetPassword.mutate({ token: reset, password: passphrase });
    expect(await reasonOf(api.auth.verifyEmail.mutate({ token }))).toBe('link_invalid');
  });

  test('gets no link from a mail that is rendered after the password changed [T5]', async ({ world }) => {
    const vera = world.browser();
    // The address is taken, so the account has none.
    const form = { username: 'vera', email: 'susan@example.com', password: passphrase };
    await vera.api.auth.register.mutate(form);
    await vera.api.account.changeEmail.mutate({ email: thief });
    const [first] = await world.tokensIn(thief, '/verify-email/');
    await vera.api.account.changePassword.mutate({ password: another });
    expect(await reasonOf(vera.api.auth.verifyEmail.mutate({ token: first ?? '' }))).toBe('link_invalid');

    const { user } = (await vera.api.auth.me.query()) ?? {};
    await addMail(world, 'change_email', { email: thief }, minutesAgo(1), user?.id);
    expect(await world.tokensIn(thief, '/verify-email/')).toEqual([first]);
  });

  test('can be undone after it was confirmed and the password changed [T6]', async ({ world }) => {
    const stolen = await world.signIn('sam');
    await world.changeEmail(stolen, thief);
    await stolen.api.account.changePassword.mutate({ password: passphrase });
    const undo = await world.tokenIn('sam@example.com', '/undo-email-change/');
    await world.browser().api.auth.undoEmailChange.mutate({ token: undo });
    expect(await stolen.whoAmI()).toBeNull();
  });
});

describe('a link to reset the password', () => {
  test('expires after half an hour [T5]', async ({ world }) => {
    const { api } = world.browser();
    await api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
    const token = await world.tokenIn('sam@example.com', '/reset-password/');
    expect(Buffer.from(token.slice(2), 'base64url'), '256 random bits').toHaveLength(32);

    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    vi.setSystemTime(Date.now() + 29 * 60_000);
    await api.auth.checkLink.mutate({ token });
    vi.setSystemTime(Date.now() + 2 * 60_000);
    expect(await reasonOf(api.auth.checkLink.mutate({ token }))).toBe('link_invalid');
    const reset = api.auth.resetPassword.mutate({ token, password: passphrase });
    expect(await reasonOf(reset)).toBe('link_invalid');
  });

  test('that was mailed to the old address is invalid after a change [T5]', async ({ world }) => {
    const { api } = world.browser();
    await api.auth.forgotPassword.mutate({ email: 'sam@example.com' });
    const token = await world.tokenIn('sam@example.com', '/reset-password/');
    await world.changeEmail(await world.signIn('sam'), 'sam@new.example');
    const reset = api.auth.resetPassword.mutate({ token, password: passphrase });
    expect(await reasonOf(reset)).toBe('link_invalid');
  });

  test('is not mailed for a request older than the current password [T5]', async ({ world }) => {
    const sam = await world.signIn('sam');
    const before = new Date();
    await sam.api.account.changePassword.mutate({ password: passphrase });
    await addMail(world, 'reset_password', { email: 'sam@example.com' }, before);
    expect(await world.tokensIn('sam@example.com', '/reset-password/')).toEqual([]);
  });

  test('is not mailed for a request older than half an hour [T5]', async ({ world }) => {
    await addMail(world, 'reset_password', { email: 'sam@example.com' }, minutesAgo(31));
    expect(await world.tokensIn('sam@example.com', '/reset-password/')).toEqual([]);
    await addMail(world, 'reset_password', { email: 'sam@example.com' }, minutesAgo(29));
    expect(await world.tokensIn('sam@example.com', '/reset-password/')).toHaveLength(1);
  });
});

describe('the old address', () => {
  test('is notified of every change, and can undo each [T6]', async ({ world }) => {
    const sam = await world.signIn('sam');
    const addresses = ['sam@example.com', 'sam@two.example', 'sam@three.example', 'sam@four.example'];
    for (const address of addresses.slice(1)) await world.changeEmail(sam, address);
    for (const address of addresses.slice(0, -1)) {
      expect(await world.tokensIn(address, '/undo-email-change/'), address).toHaveLength(2);
    }
    const undo = await world.tokenIn('sam@three.example', '/undo-email-change/');
    await world.browser().api.auth.undoEmailChange.mutate({ token: undo });
    const { api } = await world.signIn('sam');
    expect((await api.account.profile.query()).email).toBe('sam@three.example');
  });

  test('is notified also after the fifth link, without another link [T6]', async ({ world }) => {
    const sam = await world.signIn('sam');
    for (let i = 1; i <= 7; i++) await sam.api.account.changeEmail.mutate({ email: `sam@${i}.example` });
    const mails = await world.mailsTo('sam@example.com');
    expect(mails).toHaveLength(7);
    expect(mails[0]?.text).toContain('sam@7.example');
    expect(mails[0]?.links.join()).not.toContain('undo');
    expect(mails[0]?.text).toContain('earlier e-mail');
    expect(await world.tokensIn('sam@example.com', '/undo-email-change/')).toHaveLength(5);
  });
});

test('registering repeatedly with an address sends at most five mails to it', async ({ world }) => {
  const [stranger, other] = [world.browser(), world.browser()];
  const form = { username: 'stranger', email: 'susan@example.com', password: passphrase };
  await stranger.api.auth.register.mutate(form);
  for (let i = 0; i < 10; i++) await stranger.api.account.sendVerification.mutate();
  await other.api.auth.register.mutate({ username: 'other', email: 'Susan@example.com', password: another });
  const mails = [
    ...(await world.mailsTo('susan@example.com')),
    ...(await world.mailsTo('Susan@example.com')),
  ];
  expect(mails).toHaveLength(5);
});

/** Adds a mail to the table of outgoing mails as if it had been requested at a given time. */
async function addMail(
  world: TestApi,
  kind: string,
  data: Record<string, string>,
  createdAt: Date,
  userId: string | null = null,
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
  // Another mail starts the sending.
  await world.services.sendMail({ kind: 'reset_password', userId: null, data: { email: 'no@one.example' } });
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
