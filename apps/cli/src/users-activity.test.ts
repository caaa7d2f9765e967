import {
  createSecurityEvents,
  createUserStore,
  type Database,
  openDatabase,
  OutgoingMail,
} from '@latchkey/db';
import type { TemporaryDatabase } from '@latchkey/db/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDemoDatabase } from './demo-database.fixture.ts';
import { runCommand } from './testing.ts';

/* Changes of an account at the command line are shown to its owner. */

let temporary: TemporaryDatabase;
let database: Database;
beforeEach(async () => {
  temporary = await createDemoDatabase();
  database = await openDatabase(temporary.url);
});
afterEach(async () => {
  await database.close();
  await temporary.remove();
});

const phrase = 'seven green doors by the harbour';
const users = (words: string[], input = '') =>
  runCommand('users', words, { env: { DATABASE_URL: temporary.url }, input });

async function readActivity(username: string) {
  const user = await createUserStore(database).findByLogin(username);
  return createSecurityEvents(database).list(user?.id ?? '', 10);
}

describe('the owner of an account sees that an administrator [T30]', () => {
  test.each([
    [['passwd', 'sam', '--password-stdin'], 'password_changed'],
    [['disable', 'sam'], 'account_disabled'],
    [['enable', 'sam'], 'account_enabled'],
    [['role', 'sam', 'admin'], 'role_changed'],
    [['sign-out', 'sam'], 'all_sessions_ended'],
  ])('ran %j', async (words, kind) => {
    expect((await users(words, phrase)).code).toBe(0);
    expect(await readActivity('sam')).toEqual([
      expect.objectContaining({ kind, userAgent: 'Administrator', address: null }),
    ]);
  });

  test('has made no change when a command was refused', async () => {
    expect((await users(['role', 'susan', 'user'])).code).toBe(1);
    expect((await users(['passwd', 'susan', '--password-stdin'], 'short')).code).toBe(1);
    expect(await readActivity('susan')).toEqual([]);
  });
});

test('a password change at the command line is reported by mail [T6]', async () => {
  await users(['passwd', 'sam', '--password-stdin'], phrase);
  await users(['disable', 'sam']);
  const mails = await database.em().find(OutgoingMail, {}, { populate: ['user'] });
  expect(mails.map(({ kind, user }) => [kind, user?.username])).toEqual([['password_changed', 'sam']]);
  expect(mails[0]?.data).toContain('Administrator');
});
