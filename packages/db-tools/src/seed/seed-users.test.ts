import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createUserStore,
  type Database,
  deleteExpired,
  openDatabase,
  RememberedBrowser,
  RememberToken,
  SecurityEvent,
  Session,
  User,
} from '@latchkey/db';
import { engineUnderTest, type TemporaryDatabase } from '@latchkey/db/testing';
import { createMigratedDatabase } from '@latchkey/migrator/testing';
import { createPerson, type Person } from './people.ts';
import { createFaker } from './random-data.ts';
import { seedUsers, type SeedOptions } from './seed-users.ts';

let temporary: TemporaryDatabase;
let database: Database;

beforeEach(async () => {
  temporary = await createMigratedDatabase();
  database = await openDatabase(temporary.url);
});
afterEach(async () => {
  await database.close();
  await temporary.remove();
});

const hourMs = 3_600_000;
const now = new Date();

const seed = (count: number, options: Partial<SeedOptions> = {}, into = database) =>
  seedUsers(into, {
    count,
    seedNumber: 1,
    passwordHash: 'a shared hash',
    lifetimes: {
      session: { idleMs: 12 * hourMs, lifetimeMs: 168 * hourMs },
      remember: { idleMs: 720 * hourMs, lifetimeMs: 8760 * hourMs },
      freshMs: hourMs / 4,
    },
    now,
    ...options,
  });

/** The first people that `seed` generates. @param before the number of users in the database */
function createFirstPeople(before: number): [Person, Person] {
  const faker = createFaker(1, before);
  return [createPerson(faker, before), createPerson(faker, before + 1)];
}

const listAll = async (from = database) =>
  from.em().find(User, {}, { orderBy: { createdAt: 'asc', id: 'asc' } });

describe('seeding', () => {
  test('adds the requested number of users, and returns the counts per table', async () => {
    const reported: number[] = [];
    const seeded = await seed(2500, { onWritten: (written) => reported.push(written) });
    expect(seeded).toEqual({
      users: 2500,
      sessions: await database.em().count(Session),
      browsers: await database.em().count(RememberedBrowser),
      events: await database.em().count(SecurityEvent),
    });
    expect(await database.em().count(User)).toBe(2500);
    expect(reported).toEqual([1000, 2000, 2500]);
  });

  test('adds users in realistic proportions', async () => {
    const { users: all, sessions, browsers, events } = await seed(3000);
    const count = (where: object) => database.em().count(User, where);
    const between = (share: number, min: number, max: number) => {
      expect(share / all).toBeGreaterThan(min);
      expect(share / all).toBeLessThan(max);
    };
    between(await count({ isActive: false }), 0.005, 0.05);
    between(await count({ emailVerifiedAt: null }), 0.05, 0.2);
    between(await count({ deleteAfter: { $ne: null } }), 0, 0.01);
    between(await count({ pendingEmail: { $ne: null } }), 0, 0.05);
    between(await count({ createdAt: { $lt: new Date(now.getTime() - 2 * 8760 * hourMs) } }), 0.2, 0.6);
    between(sessions, 0.03, 0.15);
    between(browsers, 0.1, 0.3);
    between(events, 0.5, 2);
    expect(await count({ passwordHash: { $ne: 'a shared hash' } })).toBe(0);
    expect(await count({ role: 'admin' })).toBe(0);
  });

  test('adds nothing with a future time, and nothing that has expired', async () => {
    await seed(2000);
    const inFuture = { $gt: now };
    const em = database.em();
    expect(await em.count(User, { $or: [{ createdAt: inFuture }, { emailVerifiedAt: inFuture }] })).toBe(0);
    expect(await em.count(SecurityEvent, { at: inFuture })).toBe(0);
    expect(await em.count(RememberToken, { $or: [{ createdAt: inFuture }, { rotatedAt: inFuture }] })).toBe(
      0,
    );
    for (const { createdAt, lastSeenAt } of [
      ...(await em.find(Session, {})),
      ...(await em.find(RememberedBrowser, {})),
    ]) {
      expect(createdAt.getTime()).toBeLessThanOrEqual(lastSeenAt.getTime());
      expect(lastSeenAt.getTime()).toBeLessThanOrEqual(now.getTime());
    }
    const idle = { sessionIdleMs: 12 * hourMs, rememberIdleMs: 720 * hourMs };
    expect(await deleteExpired(database, { ...idle, now })).toMatchObject({
      sessions: 0,
      browsers: 0,
      links: 0,
      users: [],
    });
  });

  test('adds no sessions for disabled users, and none with another user’s browser', async () => {
    await seed(2000);
    const sessions = await database.em().find(Session, {}, { populate: ['user', 'browser'] });
    expect(sessions.filter(({ user }) => !user.isActive)).toEqual([]);
    expect(sessions.filter(({ user, browser }) => browser && browser.user.id !== user.id)).toEqual([]);
    expect(sessions.some(({ browser }) => browser)).toBe(true);
    expect(sessions.some(({ browser }) => !browser)).toBe(true);
  });

  test('adds further users when it is repeated', async () => {
    await seed(1200);
    await seed(1200);
    expect(await database.em().count(User)).toBe(2400);
    const [first] = createFirstPeople(0);
    expect((await listAll()).filter(({ username }) => username === first.username)).toHaveLength(1);
  });

  test('changes names and addresses that are taken', async () => {
    const users = createUserStore(database);
    // One has a generated user name, the other a generated address.
    const [first, second] = createFirstPeople(2);
    await users.create({ username: first.username, email: 'a@example.com', passwordHash: '!' });
    await users.create({
      username: 'other',
      email: second.email.toUpperCase(),
      passwordHash: '!',
    });
    expect((await seed(1000)).users).toBe(1000);
    expect(await database.em().count(User)).toBe(1002);
    expect(await database.em().count(User, { passwordHash: '!' })).toBe(2);
  });

  test('adds the same users for the same seed number, and others for another', async () => {
    const seededUsers = async (seedNumber: number) => {
      const other = await createMigratedDatabase();
      const opened = await openDatabase(other.url);
      try {
        await seed(300, { seedNumber }, opened);
        return (await listAll(opened)).map(({ id, username, email, isActive }) => ({
          id,
          username,
          email,
          isActive,
        }));
      } finally {
        await opened.close();
        await other.remove();
      }
    };
    const users = await seededUsers(5);
    expect(await seededUsers(5)).toEqual(users);
    expect(await seededUsers(6)).not.toEqual(users);
  });

  // Only SQLite locks the whole database.
  if (engineUnderTest() === 'sqlite') {
    test('fails as locked when another program locks the database, and adds nothing', async () => {
      const impatient = await openDatabase(temporary.url, { busyTimeoutMs: 0 });
      const other = new Sqlite(temporary.url.slice('sqlite:'.length));
      try {
        other.exec('begin immediate');
        await expect(seed(100, {}, impatient)).rejects.toMatchObject({ reason: 'locked' });
        other.exec('rollback');
        expect(await database.em().count(User)).toBe(0);
      } finally {
        other.close();
        await impatient.close();
      }
    });
  }

  test('leaves the database unchanged when the first batch cannot be written', async () => {
    await database.em().getConnection().execute('drop table security_events');
    await expect(seed(100)).rejects.toMatchObject({ reason: 'outdated_schema' });
    expect(await database.em().count(User)).toBe(0);
  });
});
