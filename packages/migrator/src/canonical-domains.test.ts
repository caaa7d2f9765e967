import { createUserStore, type Database, identityKey, openDatabase, User } from '@latchkey/db';
import { createTemporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { downgrade, upgrade } from './index.ts';

let temporary: TemporaryDatabase;
let database: Database;
beforeEach(async () => {
  temporary = await createTemporaryDatabase();
  database = await openDatabase(temporary.url);
  await upgrade(database);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await database.close();
  await temporary.remove();
});

/** Adds a user with keys as they were before the domain was put into ASCII. */
async function addUser(username: string, email: string, emailVerifiedAt: Date | null): Promise<void> {
  const em = database.em();
  em.create(User, { username, email: null, passwordHash: '!', emailVerifiedAt });
  await em.flush();
  await em.nativeUpdate(User, { username }, { email, emailKey: email.toLowerCase() });
}

const upgradeAgain = async () => {
  await downgrade(database, 'Migration20261128123551');
  const warning = vi.spyOn(process, 'emitWarning').mockReturnValue();
  await upgrade(database);
  return warning.mock.calls.map(([text]) => String(text));
};

test('an upgrade puts domains into ASCII, and a downgrade reverts it', async () => {
  await addUser('susan', 'Susan@münchen.example', null);
  expect(await upgradeAgain()).toEqual([]);
  const users = createUserStore(database);
  for (const address of ['susan@münchen.example', 'SUSAN@xn--mnchen-3ya.example'])
    expect(await users.findByLogin(address)).toMatchObject({
      username: 'susan',
      email: 'Susan@münchen.example',
    });

  await downgrade(database, 'Migration20261128123551');
  const keys: unknown = await database.em().getConnection().execute('select email_key from users');
  expect(keys).toEqual([{ email_key: 'susan@münchen.example' }]);
});

test('an upgrade names two users of one mailbox, which the verified one keeps', async () => {
  await addUser('squatter', 'x@xn--mnchen-3ya.example', null);
  await addUser('susan', 'x@münchen.example', new Date());
  const [warning] = await upgradeAgain();
  expect(warning).toMatch(/^1 user has .*: squatter \(with susan\)\.$/);
  const users = createUserStore(database);
  expect(await users.findByEmail('x@MÜNCHEN.example')).toMatchObject({ username: 'susan' });
  const waiting = await users.findByWaitingEmail('x@münchen.example', 2);
  expect(waiting).toMatchObject([{ username: 'squatter', email: 'x@xn--mnchen-3ya.example' }]);
  expect(await database.em().count(User, { emailKey: identityKey('x@münchen.example') })).toBe(1);
});
