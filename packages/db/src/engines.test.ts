import { ForeignKeyConstraintViolationException, UniqueConstraintViolationException } from '@mikro-orm/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDevelopmentMailbox } from './stores/development-mailbox.ts';
import { demoUsers, seedDemoUsers } from './stores/demo-users.ts';
import { RememberedBrowser, Session, User } from './entities/index.ts';
import { identityKey } from './identity-key.ts';
import type { Database } from './database.ts';
import { openDatabase } from './connection/open-database.ts';
import {
  createTables,
  createDatabaseWithTables,
  engineUnderTest,
  createTemporaryDatabase,
  type TemporaryDatabase,
} from './testing.ts';
import { createUserStore } from './stores/user-store.ts';

// The behavior that the application needs from a database. This file runs on every engine.

const engine = engineUnderTest();
let temporary: TemporaryDatabase;
let database: Database;

const run = (sql: string): Promise<Record<string, unknown>[]> =>
  database.orm.em.getConnection().execute(sql, [], 'all');

/** Inserts a user without the user store and its checks. */
async function insertUser({
  username = crypto.randomUUID(),
  ...user
}: { username?: string; emailKey?: string; emailVerifiedAt?: Date } = {}): Promise<string> {
  const id = crypto.randomUUID();
  const now = new Date();
  const names = { username, usernameKey: identityKey(username) };
  await database
    .em()
    .insert(User, { id, ...names, passwordHash: 'hash', createdAt: now, updatedAt: now, ...user });
  return id;
}

async function open(create = createTemporaryDatabase): Promise<void> {
  temporary = await create();
  database = await openDatabase(temporary.url);
}

async function close(): Promise<void> {
  await database.close();
  await temporary.remove();
}

describe('data', () => {
  beforeAll(async () => {
    await open(createDatabaseWithTables);
  });
  beforeEach(() => database.em().nativeDelete(User, {}));
  afterAll(close);

  describe('user names', () => {
    test('are unique case-insensitively in the database, whatever the collation', async () => {
      await insertUser({ username: 'Zoë', emailKey: 'zoe@example.com' });
      await expect(insertUser({ username: 'ZOË' })).rejects.toThrow(UniqueConstraintViolationException);
      const other = { username: 'other', emailKey: 'zoe@example.com' };
      await expect(insertUser(other)).rejects.toThrow(UniqueConstraintViolationException);
    });

    test('that only look similar belong to different users', async () => {
      const names = ['zoe', 'zoë', 'straße', 'strasse', 'ı', 'i', '🦊', '🐻'];
      for (const username of names) await insertUser({ username });
      const users = createUserStore(database);
      for (const name of names) expect((await users.findByLogin(name))?.username).toBe(name);
    });
  });

  describe('texts', () => {
    test.each([
      ['emoji', '🦊'.repeat(64)],
      ['characters outside of the BMP', '𠜎𠮷𝄞𝒳'.repeat(16)],
      ['combining marks', 'e\u0301'.repeat(32)],
      ['joined emoji and flags', '👨‍👩‍👧‍👦🇨🇭'.repeat(7)],
      ['right-to-left text', 'שלום'.repeat(16)],
      ['characters special in SQL', `'"\\%_;--/*\n\t`],
    ])('with %s are read as they were written', async (_, username) => {
      const id = await insertUser({ username });
      expect((await createUserStore(database).findById(id))?.username).toBe(username);
      expect((await createUserStore(database).findByLogin(username))?.id).toBe(id);
    });

    test('that are too long are rejected, not truncated', async () => {
      const username = '🦊'.repeat(65);
      const inserted = insertUser({ username });
      // SQLite has no maximum lengths, and stores the complete text.
      if (engine !== 'sqlite') await expect(inserted).rejects.toThrow();
      else expect((await createUserStore(database).findById(await inserted))?.username).toBe(username);
    });

    test('of a mail have no maximum length', async () => {
      const text = 'Grüße 🦊 '.repeat(5000);
      const mailbox = createDevelopmentMailbox(database);
      await mailbox.store({ from: 'a@example.com', to: 'b@example.com', subject: 's', text, html: text });
      const [mail] = await mailbox.list(1);
      expect((await mailbox.find(mail?.id ?? ''))?.text).toBe(text);
    });
  });

  describe('times', () => {
    const zone = process.env['TZ'];
    // In New York, this hour happened twice.
    const moments = ['2026-11-01T05:30:00.123Z', '2026-11-01T06:30:00.999Z', '1970-01-01T00:00:00.001Z'];

    afterEach(() => {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    });

    test.each(['UTC', 'America/New_York', 'Asia/Kolkata'])(
      'are stored in UTC with milliseconds by a process in the time zone %s',
      async (timeZone) => {
        process.env['TZ'] = timeZone;
        await changeServerSettings();
        for (const moment of moments) {
          const id = await insertUser({ emailVerifiedAt: new Date(moment) });
          expect((await createUserStore(database).findById(id))?.emailVerifiedAt?.toISOString()).toBe(moment);
          expect(await storedTime(id)).toBe(moment);
          const found = await database
            .em()
            .findOne(User, { id, emailVerifiedAt: { $gte: new Date(moment) } });
          expect(found?.id, 'compared with a time').toBe(id);
        }
      },
    );

    /** Changes the server's default time zone and date format. */
    async function changeServerSettings(): Promise<void> {
      if (engine !== 'postgresql') return;
      const [row] = await run('select current_database() as name');
      await run(`alter database ${String(row?.['name'])} set timezone = 'Australia/Adelaide'`);
      await run(`alter database ${String(row?.['name'])} set datestyle = 'German, DMY'`);
      await database.close();
      database = await openDatabase(temporary.url);
    }

    /** Reads a time with the engine's own functions. */
    async function storedTime(id: string): Promise<unknown> {
      const inUtc = {
        sqlite: `strftime('%Y-%m-%dT%H:%M:%fZ', email_verified_at / 1000.0, 'unixepoch')`,
        postgresql: `to_char(email_verified_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
        mysql: `date_format(email_verified_at, '%Y-%m-%dT%H:%i:%s.%f')`,
      };
      const [row] = await run(`select ${inUtc[engine]} as at_utc from users where id = '${id}'`);
      const text = String(row?.['at_utc']);
      return engine === 'mysql' ? text.replace(/000$/, 'Z') : text;
    }
  });

  describe('rows with an owner', () => {
    const session = (user: string) => ({
      id: 'a'.repeat(64),
      user,
      expiresAt: new Date(),
      createdAt: new Date(),
      lastSeenAt: new Date(),
      freshUntil: new Date(),
      mustRotate: false,
      userAgent: '',
    });

    test('cannot be inserted without the owner', async () => {
      await expect(database.em().insert(Session, session('unknown'))).rejects.toThrow(
        ForeignKeyConstraintViolationException,
      );
    });

    test('are deleted with the owner, and so are their own dependents', async () => {
      const id = await insertUser();
      const now = new Date();
      const times = { createdAt: now, expiresAt: now, lastSeenAt: now };
      await database.em().insert(RememberedBrowser, { id: 'browser', user: id, userAgent: '', ...times });
      await database.em().insert(Session, { ...session(id), browser: 'browser' });
      await database.em().nativeDelete(User, { id });
      expect(await database.em().count(RememberedBrowser)).toBe(0);
      expect(await database.em().count(Session)).toBe(0);
    });
  });

  test('a transaction is all or nothing', async () => {
    await seedDemoUsers(database, (password) => Promise.resolve(password));
    const work = database.transactional(async (em) => {
      await em.nativeDelete(User, { username: 'sam' });
      await em.nativeUpdate(User, { username: 'bob' }, { usernameKey: 'susan' });
    });
    await expect(work).rejects.toThrow(UniqueConstraintViolationException);
    expect(await createUserStore(database).list()).toHaveLength(demoUsers.length);
  });
});

if (engine === 'mysql') {
  describe('MySQL and MariaDB', () => {
    beforeEach(() => open());
    afterEach(close);

    test('a database with another default character set stores every character', async () => {
      const [row] = await run('select database() as name');
      await run(`alter database ${String(row?.['name'])} character set latin1 collate latin1_swedish_ci`);
      await createTables(database);
      for (const username of ['zoe', 'zoë', '🦊']) await insertUser({ username });
      expect((await createUserStore(database).findByLogin('🦊'))?.username).toBe('🦊');
    });

    test('every connection has strict mode, UTC and a short lock timeout', async () => {
      const all = await Promise.all(
        Array.from({ length: 3 }, () =>
          run(
            'select @@sql_mode as mode, @@time_zone as zone, @@innodb_lock_wait_timeout as seconds, sleep(0.01)',
          ),
        ),
      );
      for (const [row] of all) {
        expect(row).toMatchObject({ zone: '+00:00', seconds: 2 });
        expect(row?.['mode']).toMatch(/STRICT_TRANS_TABLES/);
      }
    });

    test('a connection with another time zone reads and writes the same times', async () => {
      await createTables(database);
      await database.transactional(async (em) => {
        const inSession = (sql: string): Promise<Record<string, unknown>[]> =>
          em.getConnection().execute(sql, [], 'all', em.getTransactionContext());
        await inSession("set time_zone = '+09:30'");
        const emailVerifiedAt = new Date('2026-11-01T05:30:00.123Z');
        em.create(User, { username: 'adelaide', passwordHash: 'hash', emailVerifiedAt });
        await em.flush();
        em.clear();
        expect(await em.findOne(User, { username: 'adelaide' })).toMatchObject({ emailVerifiedAt });
        expect(await inSession('select email_verified_at as at from users')).toEqual([
          { at: '2026-11-01 05:30:00.123' },
        ]);
        await inSession("set time_zone = '+00:00'");
      });
    });
  });
}

describe('closing', () => {
  beforeEach(() => open(createDatabaseWithTables));
  afterEach(() => temporary.remove());

  test('waits for running queries and transactions, and rejects later queries', async () => {
    await Promise.all(Array.from({ length: 3 }, () => database.em().count(User)));
    const counts = Array.from({ length: 8 }, () => database.em().count(User));
    const written = database.transactional(async (em) => {
      const now = new Date();
      const names = { username: 'late', usernameKey: 'late' };
      await em.insert(User, { id: 'late', ...names, passwordHash: 'hash', createdAt: now, updatedAt: now });
      return em.count(User);
    });
    await database.close();
    expect(await Promise.all(counts)).toHaveLength(8);
    expect(await written).toBe(1);
    await expect(database.em().count(User)).rejects.toThrow('The database is closed.');
  });
});
