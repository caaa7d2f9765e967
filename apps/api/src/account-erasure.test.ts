import { deleteExpired, DevelopmentMail, OutgoingMail } from '@latchkey/db';
import { expect } from 'vitest';
import type { TestApi } from './testing.ts';
import { test } from './world.fixture.ts';

// Deleting an account deletes its data from every table; its export contains these data.

const dayMs = 86_400_000;

const deleteExpiredAfter = (world: TestApi, days: number) =>
  deleteExpired(world.database, {
    now: new Date(Date.now() + days * dayMs),
    sessionIdleMs: 1e12,
    rememberIdleMs: 1e12,
  });

/** Adds a mail to the table of outgoing mails. @param nextAttemptAt null for one that was given up */
async function addMail(
  world: TestApi,
  kind: string,
  data: Record<string, string>,
  nextAttemptAt: Date | null,
) {
  const em = world.database.em();
  const mail = { kind, user: null, data: JSON.stringify(data), createdAt: new Date(), attempts: 1 };
  em.create(OutgoingMail, { ...mail, nextAttemptAt });
  await em.flush();
}

/** The rows of all tables, as text. */
async function allRows(world: TestApi): Promise<string> {
  const connection = world.database.em().getConnection();
  const tables = world.database.entities.map(({ meta }) => meta.tableName);
  expect(tables).toContain('outgoing_mails');
  const rows = await Promise.all(tables.map((table) => connection.execute(`select * from ${table}`)));
  return JSON.stringify(rows);
}

test('deleting an account deletes its current, earlier and pending addresses', async ({ world }) => {
  const sam = await world.signIn('sam');
  await world.changeEmail(sam, 'sam@two.example');
  await sam.api.account.changeEmail.mutate({ email: 'sam@three.example' });
  await world.browser().api.auth.forgotPassword.mutate({ email: 'sam@two.example' });
  await world.mailsTo('sam@three.example');
  const inAnHour = new Date(Date.now() + 3_600_000);
  await addMail(world, 'reset_password', { email: 'SAM@two.example', address: '203.0.113.9' }, inAnHour);
  await addMail(world, 'reset_password', { email: 'sam@three.example', address: '203.0.113.9' }, null);
  await addMail(world, 'reset_password', { email: 'susan@example.com' }, inAnHour);
  await sam.api.account.delete.mutate();
  expect(await allRows(world)).toMatch(/sam@two\.example/);

  // The grace period ends now, so that no other rule deletes anything.
  const { deleteAfter } = (await (await world.signIn('sam')).api.auth.me.query()) ?? {};
  const daysLeft = (new Date(deleteAfter ?? 0).getTime() - Date.now()) / dayMs;
  await world.services.users.setDeleteAfter((await world.userNamed('sam')).id, new Date(Date.now() - 1000));
  expect(daysLeft).toBeGreaterThan(13);
  expect((await deleteExpiredAfter(world, 0)).users.map(({ username }) => username)).toEqual(['sam']);
  expect(await allRows(world)).not.toMatch(/sam@|"sam"|203\.0\.113\.9/i);
  expect(await allRows(world)).toMatch(/susan@example\.com/);
});

test('the last mail to a deleted user is deleted after a week, sent or not', async ({ world }) => {
  const data = { to: 'gone@example.com', username: 'gone' };
  await addMail(world, 'account_deleted', data, null);
  await addMail(world, 'account_deleted', data, new Date(Date.now() + 30 * dayMs));
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
  await deleteExpiredAfter(world, 0.5);
  expect(await world.database.em().count(OutgoingMail)).toBe(2);
  await deleteExpiredAfter(world, 8);
  expect(await allRows(world)).not.toMatch(/gone@example\.com/);
});

test('a failed mail is kept for a week, a failed mail to reset a password for an hour', async ({ world }) => {
  await addMail(world, 'verify_email', { email: 'nobody@example.com' }, null);
  await addMail(world, 'reset_password', { email: 'nobody@example.com' }, null);
  const kinds = async () => (await world.database.em().find(OutgoingMail, {})).map(({ kind }) => kind);
  await deleteExpiredAfter(world, 0.1);
  expect(await kinds()).toEqual(['verify_email']);
  await deleteExpiredAfter(world, 6);
  expect(await kinds()).toEqual(['verify_email']);
  await deleteExpiredAfter(world, 8);
  expect(await kinds()).toEqual([]);
});

test('the export has the alarm, the links, and mails to the verified address', async ({ world }) => {
  const sam = await world.signIn('sam');
  await sam.api.account.changeEmail.mutate({ email: 'sam@new.example' });
  await world.mailsTo('sam@new.example');
  const { id } = await world.userNamed('sam');
  await world.services.users.setTokenTheftDetectedAt(id, new Date('2026-11-20T10:00:00Z'));
  await addMail(world, 'reset_password', { email: 'Sam@example.com' }, null);

  expect(await sam.api.account.exportData.query()).toMatchObject({
    account: { tokenTheftDetectedAt: '2026-11-20T10:00:00.000Z' },
    mailedLinks: expect.arrayContaining([
      expect.objectContaining({ purpose: 'change_email', email: 'sam@new.example' }),
      expect.objectContaining({ purpose: 'undo_email_change', email: 'sam@example.com' }),
    ]),
    mailsToBeSent: [expect.objectContaining({ kind: 'reset_password' })],
    mailsInTheDevelopmentMailbox: [expect.objectContaining({ to: 'sam@example.com' })],
  });
});

test('deleting an account keeps the mails of the owner of an address it had entered', async ({ world }) => {
  const { api } = world.browser();
  const form = { username: 'vera', email: 'susan@example.com', password: 'velvet otter juggles lemons' };
  await api.auth.register.mutate(form);
  await addMail(world, 'reset_password', { email: 'susan@example.com' }, null);
  expect(await world.mailsTo('susan@example.com')).toHaveLength(1);
  await api.account.delete.mutate();
  await world.services.users.setDeleteAfter((await world.userNamed('vera')).id, new Date(Date.now() - 1000));
  const { users } = await deleteExpiredAfter(world, 0);
  expect(users).toEqual([{ username: 'vera', email: null }]);
  expect(await world.database.em().count(OutgoingMail)).toBe(1);
  expect(await world.mailsTo('susan@example.com')).toHaveLength(1);
});
