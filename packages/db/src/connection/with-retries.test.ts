import { setImmediate } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/core';
import Sqlite from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DatabaseError, isConflict, toOutageError } from '../database-error.ts';
import { seedDemoUsers } from '../stores/demo-users.ts';
import { User } from '../entities/index.ts';
import type { Database } from '../database.ts';
import { openDatabase } from './open-database.ts';
import { startProxy, type Proxy } from './proxy.fixture.ts';
import { withRetries } from './with-retries.ts';
import {
  createTables,
  terminateConnections,
  engineUnderTest,
  createTemporaryDatabase,
  type TemporaryDatabase,
} from '../testing.ts';
import type { UserRecord } from '../stores/user-record.ts';
import { createUserStore } from '../stores/user-store.ts';

const engine = engineUnderTest();
let temporary: TemporaryDatabase;
let database: Database;

beforeAll(async () => {
  temporary = await createTemporaryDatabase();
  database = await openDatabase(temporary.url, { busyTimeoutMs: 0 });
  await createTables(database);
});

beforeEach(async () => {
  await database.em().nativeDelete(User, {});
  await seedDemoUsers(database, (password) => Promise.resolve(password));
});

afterAll(async () => {
  await database.close();
  await temporary.remove();
});

const find = async (username: string): Promise<UserRecord> => {
  const user = await createUserStore(database).findByLogin(username);
  if (!user) throw new Error(`No user ${username} exists.`);
  return user;
};

/** Finds the user by an indexed column, because an engine may lock every row that it scans. */
const setHash = (em: EntityManager, usernameKey: string, passwordHash: string) =>
  em.nativeUpdate(User, { usernameKey }, { passwordHash });

const inTransaction = (em: EntityManager, sql: string): Promise<Record<string, unknown>[]> =>
  em.getConnection().execute(sql, [], 'all', em.getTransactionContext());

/** Returns a function whose promises resolve when it has been called twice. */
function createBarrier() {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let calls = 0;
  return () => {
    calls += 1;
    if (calls === 2) release();
    return released;
  };
}

describe('withRetries', () => {
  test('throws an error that is not retryable at once', async () => {
    let attempts = 0;
    const attempt = () => {
      attempts += 1;
      return Promise.reject(new Error('no'));
    };
    await expect(withRetries(attempt)).rejects.toThrow('no');
    expect(attempts).toBe(1);
  });

  test('returns the result of the first success', async () => {
    let attempts = 0;
    const attempt = () => {
      attempts += 1;
      return attempts < 4
        ? Promise.reject(Object.assign(new Error('busy'), { code: 'SQLITE_BUSY' }))
        : Promise.resolve('done');
    };
    expect(await withRetries(attempt)).toBe('done');
    expect(attempts).toBe(4);
  });
});

test('a failed transaction is rolled back before it is repeated', async () => {
  let attempts = 0;
  await database.transactional(async (em) => {
    attempts += 1;
    em.create(User, { username: `try ${attempts}`, passwordHash: 'hash' });
    await em.flush();
    if (attempts < 3) throw Object.assign(new Error('deadlock'), { code: '40P01' });
  });
  const names = (await createUserStore(database).list()).map(({ username }) => username);
  expect(names.filter((name) => name.startsWith('try'))).toEqual(['try 3']);
});

if (engine === 'sqlite') {
  test('two connections that write at the same time both succeed', async () => {
    const other = await openDatabase(temporary.url, { busyTimeoutMs: 0 });
    const writers = [database, other].flatMap((each, writer) =>
      Array.from({ length: 20 }, (_, i) =>
        each.transactional(async (em) => {
          await em.count(User);
          await setImmediate();
          em.create(User, { username: `writer ${writer} ${i}`, passwordHash: 'hash' });
        }),
      ),
    );
    await Promise.all(writers);
    expect(await database.em().count(User, { username: { $like: 'writer%' } })).toBe(40);
    await other.close();
  });

  test('after SQLite has rolled back by itself, the connection can be used', async () => {
    const ended = database.transactional(async (em) => {
      await setHash(em, 'sam', 'never');
      await inTransaction(em, "insert or rollback into users select * from users where username_key = 'sam'");
    });
    await expect(ended).rejects.toThrow(/UNIQUE/);
    expect((await find('sam')).passwordHash).toBe('dog');
    await database.transactional((em) => setHash(em, 'sam', 'changed'));
    expect((await find('sam')).passwordHash).toBe('changed');
  });

  test('a statement outside of a transaction waits for a lock, and reads do not', async () => {
    const other = new Sqlite(database.location);
    other.exec('begin immediate');
    const { id } = await find('sam');
    const written = createUserStore(database).setTokenTheftDetectedAt(id, new Date(0));
    await setImmediate();
    expect((await find('sam')).tokenTheftDetectedAt).toBeNull();
    other.exec('commit');
    await written;
    expect((await find('sam')).tokenTheftDetectedAt).toEqual(new Date(0));
    other.close();
  });
} else {
  test('two transactions in a deadlock both succeed', async () => {
    const bothReady = createBarrier();
    let attempts = 0;
    const swap = (first: string, second: string, hash: string) => {
      let isFirstAttempt = true;
      return database.transactional(async (em) => {
        attempts += 1;
        await setHash(em, first, hash);
        // Now each transaction has locked a row that the other one is about to change.
        if (isFirstAttempt) await bothReady();
        isFirstAttempt = false;
        await setHash(em, second, hash);
      });
    };
    await Promise.all([swap('sam', 'bob', 'one'), swap('bob', 'sam', 'other')]);
    expect(attempts).toBeGreaterThan(2);
    const [sam, bob] = [await find('sam'), await find('bob')];
    expect(sam.passwordHash).toBe(bob.passwordHash);
    expect(['one', 'other']).toContain(sam.passwordHash);
  });

  test('without retries, one of two transactions in a deadlock fails', async () => {
    const bothReady = createBarrier();
    const swap = (first: string, second: string) =>
      database.em().transactional(async (em) => {
        await setHash(em, first, 'x');
        await bothReady();
        await setHash(em, second, 'x');
      });
    const outcomes = await Promise.allSettled([swap('sam', 'bob'), swap('bob', 'sam')]);
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(isConflict(failed[0]?.reason)).toBe(true);
  });

  test('a row that another transaction locks is changed afterwards', async () => {
    const locked = createBarrier();
    const released = createBarrier();
    const holder = database.em().transactional(async (em) => {
      await setHash(em, 'sam', 'holder');
      await locked();
      await released();
    });
    await locked();
    const other = database.transactional((em) => setHash(em, 'sam', 'other'));
    await setImmediate();
    await released();
    await Promise.all([holder, other]);
    expect((await find('sam')).passwordHash).toBe('other');
  });

  describe('a server that closes connections', () => {
    test('is connected to again by the next queries, also concurrent ones', async () => {
      await Promise.all(Array.from({ length: 5 }, () => find('sam')));
      await terminateConnections(temporary.url);
      const found = await Promise.all(Array.from({ length: 12 }, () => find('sam')));
      expect(new Set(found.map(({ username }) => username))).toEqual(new Set(['sam']));
    });

    test('during more transactions than there are connections leaves the pool usable', async () => {
      for (let round = 0; round < 15; round += 1) {
        let isFirstAttempt = true;
        await database.transactional(async (em) => {
          await em.count(User);
          if (isFirstAttempt) await terminateConnections(temporary.url);
          isFirstAttempt = false;
          await em.count(User);
        });
      }
      expect((await find('sam')).username).toBe('sam');
    });

    test('during a transaction causes it to be repeated from the start', async () => {
      let attempts = 0;
      await database.transactional(async (em) => {
        attempts += 1;
        em.create(User, { username: 'marigold', passwordHash: `try ${attempts}` });
        await em.flush();
        if (attempts === 1) await terminateConnections(temporary.url);
        await em.count(User);
      });
      expect((await find('marigold')).passwordHash).toBe('try 2');
    });
  });

  describe('a server that is down', () => {
    let proxy: Proxy;
    let proxied: Database;

    beforeEach(async () => {
      proxy = await startProxy(temporary.url);
      proxied = await openDatabase(proxy.url);
    });

    afterEach(async () => {
      await proxied.close();
      await proxy.stop();
    });

    test('is unreachable until it is back', async () => {
      const users = createUserStore(proxied);
      expect(await users.findByLogin('sam')).not.toBeNull();

      await proxy.stop();
      const read: unknown = await users.findByLogin('sam').catch((error: unknown) => error);
      expect(toOutageError(read)?.reason).toBe('unreachable');
      const written: unknown = await users.setActive('unknown', false).catch((error: unknown) => error);
      expect(written).toBeInstanceOf(DatabaseError);
      expect(written).toMatchObject({ reason: 'unreachable' });

      await proxy.restart();
      expect(await users.findByLogin('sam')).not.toBeNull();
      expect(await users.setActive('unknown', false)).toBe(false);
    });
  });
}

if (engine === 'postgresql') {
  test('a transaction with a serialization failure is repeated', async () => {
    const { id } = await find('sam');
    let attempts = 0;
    await database.transactional(async (em) => {
      attempts += 1;
      await inTransaction(em, 'set transaction isolation level repeatable read');
      const sam = await em.findOneOrFail(User, { id });
      if (attempts === 1) await createUserStore(database).upgradeHash(id, 'dog', 'changed');
      await em.nativeUpdate(User, { id }, { passwordHash: `${sam.passwordHash}!` });
    });
    expect(attempts).toBe(2);
    expect((await find('sam')).passwordHash).toBe('changed!');
  });
}
