import { DevelopmentMail, OutgoingMail, sweep } from '@latchkey/db';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestApi, type TestApi, type TestBrowser } from './testing.ts';

/* Nothing of an account is left in any table once its time is over, and all of it is in its data before. */

let world: TestApi;
beforeEach(async () => {
  world = await startTestApi();
});
afterEach(() => world.stop());

const dayMs = 86_400_000;

async function signIn(username: string, password: string): Promise<TestBrowser> {
  const browser = world.browser();
  await browser.api.auth.login.mutate({ username, password });
  return browser;
}

async function changeAddress({ api }: TestBrowser, email: string): Promise<void> {
  await api.account.changeEmail.mutate({ email });
  const links = (await world.mailsTo(email)).flatMap((mail) => mail.links);
  const token =
    links
      .find((link) => link.includes('/verify-email/'))
      ?.split('/')
      .at(-1) ?? '';
  await api.auth.verifyEmail.mutate({ token });
}

const sweptAfter = (days: number) =>
  sweep(world.database, {
    now: new Date(Date.now() + days * dayMs),
    sessionIdleMs: 1e12,
    rememberIdleMs: 1e12,
  });

/** A mail that waits in the table, or was given up. */
async function noteMail(kind: string, data: Record<string, string>, nextAttemptAt: Date | null) {
  const em = world.database.em();
  const mail = { kind, user: null, data: JSON.stringify(data), createdAt: new Date(), attempts: 1 };
  em.create(OutgoingMail, { ...mail, nextAttemptAt });
  await em.flush();
}

/** All that is stored anywhere. */
async function everything(): Promise<string> {
  const connection = world.database.em().getConnection();
  const tables = world.database.entities.map(({ meta }) => meta.tableName);
  expect(tables).toContain('outgoing_mails');
  const rows = await Promise.all(tables.map((table) => connection.execute(`select * from ${table}`)));
  return JSON.stringify(rows);
}

test('an account that goes takes all of its addresses with it, the earlier and the pending ones too', async () => {
  const sam = await signIn('sam', 'dog');
  await changeAddress(sam, 'sam@two.example');
  await sam.api.account.changeEmail.mutate({ email: 'sam@three.example' });
  await world.browser().api.auth.forgotPassword.mutate({ email: 'sam@two.example' });
  await world.mailsTo('sam@three.example');
  const inAnHour = new Date(Date.now() + 3_600_000);
  await noteMail('reset_password', { email: 'SAM@two.example', address: '203.0.113.9' }, inAnHour);
  await noteMail('reset_password', { email: 'sam@three.example', address: '203.0.113.9' }, null);
  await noteMail('reset_password', { email: 'susan@example.com' }, inAnHour);
  await sam.api.account.delete.mutate();
  expect(await everything()).toMatch(/sam@two\.example/);

  // The time of grace is over at once, so that no other rule has a part in it.
  const { deleteAfter } = (await (await signIn('sam', 'dog')).api.auth.me.query()) ?? {};
  const daysLeft = (new Date(deleteAfter ?? 0).getTime() - Date.now()) / dayMs;
  await world.services.users.setDeleteAfter(await idOfSam(), new Date(Date.now() - 1000));
  expect(daysLeft).toBeGreaterThan(13);
  expect((await sweptAfter(0)).users.map(({ username }) => username)).toEqual(['sam']);
  expect(await everything()).not.toMatch(/sam@|"sam"|203\.0\.113\.9/i);
  expect(await everything()).toMatch(/susan@example\.com/);
});

const idOfSam = async () => (await world.services.users.findByLogin('sam'))?.id ?? '';

test('the last mail to somebody who is gone goes too, sent or not', async () => {
  const data = { to: 'gone@example.com', username: 'gone' };
  await noteMail('account_deleted', data, null);
  await noteMail('account_deleted', data, new Date(Date.now() + 30 * dayMs));
  const em = world.database.em();
  em.create(DevelopmentMail, {
    sender: 'no-reply@localhost',
    recipient: 'gone@example.com',
    subject: 'Your account is deleted',
    text: 'Good-bye.',
    html: '<p>Good-bye.</p>',
    sentAt: new Date(),
  });
  await em.flush();
  await sweptAfter(0.5);
  expect(await world.database.em().count(OutgoingMail)).toBe(2);
  await sweptAfter(8);
  expect(await everything()).not.toMatch(/gone@example\.com/);
});

test('a mail that was given up is kept for some days, and a wish for a new password for an hour', async () => {
  await noteMail('verify_email', { email: 'nobody@example.com' }, null);
  await noteMail('reset_password', { email: 'nobody@example.com' }, null);
  const kinds = async () => (await world.database.em().find(OutgoingMail, {})).map(({ kind }) => kind);
  await sweptAfter(0.1);
  expect(await kinds()).toEqual(['verify_email']);
  await sweptAfter(6);
  expect(await kinds()).toEqual(['verify_email']);
  await sweptAfter(8);
  expect(await kinds()).toEqual([]);
});

test('one’s data have the alarm, the links, and the mails to an address that is not confirmed', async () => {
  const sam = await signIn('sam', 'dog');
  await sam.api.account.changeEmail.mutate({ email: 'sam@new.example' });
  await world.mailsTo('sam@new.example');
  await world.services.users.setAlarmedAt(await idOfSam(), new Date('2026-11-20T10:00:00Z'));
  await noteMail('reset_password', { email: 'Sam@example.com' }, null);

  expect(await sam.api.account.exportData.query()).toMatchObject({
    account: { alarmedAt: '2026-11-20T10:00:00.000Z' },
    mailedLinks: expect.arrayContaining([
      expect.objectContaining({ purpose: 'change_email', email: 'sam@new.example' }),
      expect.objectContaining({ purpose: 'undo_email_change', email: 'sam@example.com' }),
    ]),
    mailsToBeSent: [expect.objectContaining({ kind: 'reset_password' })],
    mailsInTheDevelopmentMailbox: expect.arrayContaining([
      expect.objectContaining({ to: 'sam@new.example' }),
      expect.objectContaining({ to: 'sam@example.com' }),
    ]),
  });
});

test('threat 4: one’s data do not tell whether an address is somebody else’s', async () => {
  const links = [];
  for (const [username, email] of [
    ['vera', 'susan@example.com'],
    ['verena', 'nobody@example.com'],
  ] as const) {
    const { api } = world.browser();
    await api.auth.register.mutate({ username, email, password: 'velvet otter juggles lemons' });
    await world.mailsTo(email);
    links.push(await api.account.exportData.query());
  }
  const [taken, free] = links.map(({ mailedLinks }) =>
    (mailedLinks as { purpose: string }[]).map(({ purpose }) => purpose),
  );
  expect(free).toEqual(['verify_email']);
  expect(taken).toEqual(free);
});
