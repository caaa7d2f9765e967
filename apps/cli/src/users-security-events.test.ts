import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createSecurityEvents,
  createUserStore,
  type Database,
  openDatabase,
  OutgoingMail,
  seedDemoUsers,
} from '@latchkey/db';
import { createTemporaryDatabase } from '@latchkey/db/testing';
import { upgrade } from '@latchkey/migrator';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from './testing.ts';

/* Changes of an account at the command line are shown to its owner. */

let place: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let database: Database;
beforeEach(async () => {
  place = await createTemporaryDatabase();
  database = await openDatabase(place.url);
  await upgrade(database);
  await seedDemoUsers(database, async (password) => `hash of ${password}`);
});
afterEach(async () => {
  await database.close();
  await place.remove();
});

const phrase = 'seven green doors by the harbour';
const users = (words: string[], input = '') =>
  runCommand('users', words, { env: { DATABASE_URL: place.url }, input });

async function activityOf(username: string) {
  const user = await createUserStore(database).findByLogin(username);
  return createSecurityEvents(database).list(user?.id ?? '', 10);
}

describe('the owner of an account sees that an administrator [T30]', () => {
  test.each([
    [['passwd', 'sam', '--password-stdin'], 'password_changed'],
    [['disable', 'sam'], 'account_disabled'],
    [['enable', 'sam'], 'account_enabled'],
    [['role', 'sam', 'admin'], 'role_changed'],
    [['sign-out', 'sam'], 'session_ended'],
  ])('ran %j', async (words, kind) => {
    expect((await users(words, phrase)).code).toBe(0);
    expect(await activityOf('sam')).toEqual([
      expect.objectContaining({ kind, userAgent: 'Administrator', address: null }),
    ]);
  });

  test('has made no change when a command was refused', async () => {
    expect((await users(['role', 'susan', 'user'])).code).toBe(1);
    expect((await users(['passwd', 'susan', '--password-stdin'], 'short')).code).toBe(1);
    expect(await activityOf('susan')).toEqual([]);
  });
});

test('a password change at the command line is reported by mail [T6]', async () => {
  await users(['passwd', 'sam', '--password-stdin'], phrase);
  await users(['disable', 'sam']);
  const mails = await database.em().find(OutgoingMail, {}, { populate: ['user'] });
  expect(mails.map(({ kind, user }) => [kind, user?.username])).toEqual([['password_changed', 'sam']]);
  expect(mails[0]?.data).toContain('Administrator');
});

test.each(['latchkeylatchkey1', 'localhostlocalhost'])(
  'a password made of the name of the site is refused: %j [T2]',
  async (password) => {
    expect(await users(['passwd', 'sam', '--password-stdin'], password)).toMatchObject({
      code: 1,
      err: expect.stringContaining('the name of this site'),
    });
  },
);

test.each(['users.json', 'users'])('importing a JSON array from %s names the conversion', async (name) => {
  const file = join(place.folder, name);
  await writeFile(file, '[\n  {"username": "marigold", "email": "m@example.com"}\n]\n');
  const { code, err } = await users(['import', file]);
  expect(code).toBe(1);
  expect(err).toMatch(/array/i);
  expect(err).toContain('jq');
});
