import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DatabaseError } from '../database-error.ts';
import { demoUsers, seedDemoUsers } from './demo-users.ts';
import { Session, User } from '../entities/index.ts';
import type { Database } from '../database.ts';
import { openDatabase } from '../connection/open-database.ts';
import { createDatabaseWithTables, type TemporaryDatabase } from '../testing.ts';
import { createUserStore } from './user-store.ts';

let temporary: TemporaryDatabase;
const opened: Database[] = [];

async function open(url = temporary.url): Promise<Database> {
  const database = await openDatabase(url);
  opened.push(database);
  return database;
}

const reasonOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof DatabaseError ? error.reason : error;
};

beforeEach(async () => {
  temporary = await createDatabaseWithTables();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await temporary.remove();
});

describe('users', () => {
  const marigold = { username: 'Marigold', email: 'Marigold@Example.com', passwordHash: 'hash' };

  async function store() {
    const database = await open();
    return { database, users: createUserStore(database) };
  }

  test('are found by user name or address, case-insensitively', async () => {
    const { users } = await store();
    const { id } = await users.create(marigold);
    for (const login of [
      'marigold',
      'MARIGOLD',
      ' marigold ',
      'ｍａｒｉｇｏｌｄ',
      'marigold@example.com',
      'MARIGOLD@EXAMPLE.COM',
    ]) {
      expect((await users.findByLogin(login))?.id, login).toBe(id);
    }
    expect(await users.findByLogin('mari')).toBeNull();
    for (const login of ['', 'mari\u0000gold', '\ud800', "' or 1=1 --", '%'])
      expect(await users.findByLogin(login)).toBeNull();
  });

  test('keep the spelling of their user name', async () => {
    const { users } = await store();
    expect(await users.create({ ...marigold, username: 'Zoë' })).toMatchObject({
      username: 'Zoë',
      role: 'user',
      isActive: true,
    });
  });

  test('cannot have names that differ only in case', async () => {
    const { users } = await store();
    await users.create(marigold);
    const again = users.create({ ...marigold, username: 'MARIGOLD', email: 'other@example.com' });
    expect(await reasonOf(again)).toBe('username_taken');
  });

  test('with the same name, created concurrently, result in one user', async () => {
    const { users } = await store();
    const all = await Promise.allSettled(
      Array.from({ length: 5 }, (_, i) => users.create({ ...marigold, email: `m${i}@example.com` })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('cannot sign in with an unconfirmed address that another user has', async () => {
    const { users } = await store();
    const owner = await users.create(marigold);
    const second = await users.create({ ...marigold, username: 'second' });
    expect(second).toMatchObject({ email: marigold.email, pendingEmail: null });
    expect(await users.findByWaitingEmail('MARIGOLD@example.com', 2)).toMatchObject([{ id: second.id }]);
    expect((await users.findByLogin(marigold.email))?.id).toBe(owner.id);
  });

  test('who confirm the same address concurrently: only one gets it', async () => {
    const { users } = await store();
    const both = [
      await users.create({ ...marigold, username: 'first', email: null }),
      await users.create({ ...marigold, username: 'second', email: null }),
    ];
    const confirmed = await Promise.all(both.map(({ id }) => users.confirmEmail(id, marigold.email)));
    expect(confirmed.toSorted()).toEqual([false, true]);
    expect((await users.findByEmail(marigold.email))?.id).toBe(both[confirmed.indexOf(true)]?.id);
  });

  test('can be disabled and enabled', async () => {
    const { users } = await store();
    const { id } = await users.create(marigold);
    expect(await users.setActive(id, false)).toBe(true);
    expect((await users.findById(id))?.isActive).toBe(false);
    expect(await users.setActive('unknown', false)).toBe(false);
  });

  test('are deleted with their sessions', async () => {
    const { database, users } = await store();
    const { id } = await users.create(marigold);
    const em = database.em();
    em.create(Session, {
      id: 'a'.repeat(64),
      user: id,
      expiresAt: new Date(),
      createdAt: new Date(),
      lastSeenAt: new Date(),
      freshUntil: new Date(),
      mustRotate: false,
      userAgent: '',
    });
    await em.flush();
    await database.em().nativeDelete(User, { id });
    expect(await database.em().count(Session)).toBe(0);
  });

  test('of the demo are added only to an empty database, with susan as admin', async () => {
    const { database, users } = await store();
    const hash = (password: string) => Promise.resolve(`hash of ${password}`);
    expect(await seedDemoUsers(database, hash)).toBe(demoUsers.length);
    expect(await seedDemoUsers(database, hash)).toBe(0);
    expect(
      (await users.list()).filter(({ role }) => role === 'admin').map(({ username }) => username),
    ).toEqual(['susan']);
  });
});
