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
  temporaryDatabase,
  type TemporaryDatabase,
} from '../testing.ts';
import type { UserRecord } from '../stores/user-record.ts';
import { createUserStore } from '../stores/user-store.ts';

const engine = engineUnderTest();
let temporary: TemporaryDatabase;
let database: Database;

beforeAll(async () => {
  temporary = await temporaryDatabase();
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
  if (!user) throw new Error(`There is no ${username}.`);
  return user;
};

/** By what has an index: an engine may lock every row that it looks at. */
const setHash = (em: EntityManager, usernameKey: string, passwordHash: string) =>
  em.nativeUpdate(User, { usernameKey }, { passwordHash });

const inTransaction = (em: EntityManager, sql: string): Promise<Record<string, unknown>[]> =>
  em.getConnection().execute(sql, [], 'all', em.getTransactionContext());

/** Resolves for both once both have come. */
function meetingOf(two: number) {
  let come: () => void = () => undefined;
  const all = new Promise<void>((resolve) => (come = resolve));
  let waiting = 0;
  return () => {
    waiting += 1;
    if (waiting === two) come();
    return all;
  };
}

describe('trying again', () => {
  test('ends with what went wrong when that is nothing to wait for', async () => {
    let tries = 0;
    const attempt = () => {
      tries += 1;
      return Promise.reject(new Error('no'));
    };
    await expect(withRetries(attempt)).rejects.toThrow('no');
    expect(tries).toBe(1);
  });

  test('ends with the first success', async () => {
    let tries = 0;
    const attempt = () => {
      tries += 1;
      return tries < 4
        ? Promise.reject(Object.assign(new Error('busy'), { code: 'SQLITE_BUSY' }))
        : Promise.resolve('done');
    };
    expect(await withRetries(attempt)).toBe('done');
    expect(tries).toBe(4);
  });
});

test('what a transaction did before it failed is undone before it is tried again', async () => {
  let tries = 0;
  await database.transactional(async (em) => {
    tries += 1;
    em.create(User, { username: `try ${tries}`, passwordHash: 'hash' });
    await em.flush();
    if (tries < 3) throw Object.assign(new Error('deadlock'), { code: '40P01' });
  });
  const names = (await createUserStore(database).list()).map(({ username }) => username);
  expect(names.filter((name) => name.startsWith('try'))).toEqual(['try 3']);
});

if (engine === 'sqlite') {
  test('two processes that write at the same time both get to it', async () => {
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

  test('a transaction that SQLite has ended by itself leaves the connection to the next one', async () => {
    const ended = database.transactional(async (em) => {
      await setHash(em, 'sam', 'never');
      await inTransaction(em, "insert or rollback into users select * from users where username_key = 'sam'");
    });
    await expect(ended).rejects.toThrow(/UNIQUE/);
    expect((await find('sam')).passwordHash).toBe('dog');
    await database.transactional((em) => setHash(em, 'sam', 'changed'));
    expect((await find('sam')).passwordHash).toBe('changed');
  });

  test('a statement of its own waits for the lock as well, and readers do not', async () => {
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
  test('two transactions that wait for each other both happen in the end', async () => {
    const met = meetingOf(2);
    let tries = 0;
    const swap = (first: string, second: string, hash: string) => {
      let isFirstTry = true;
      return database.transactional(async (em) => {
        tries += 1;
        await setHash(em, first, hash);
        // Each has a row now that the other one is going to ask for.
        if (isFirstTry) await met();
        isFirstTry = false;
        await setHash(em, second, hash);
      });
    };
    await Promise.all([swap('sam', 'bob', 'one'), swap('bob', 'sam', 'other')]);
    expect(tries).toBeGreaterThan(2);
    const [sam, bob] = [await find('sam'), await find('bob')];
    expect(sam.passwordHash).toBe(bob.passwordHash);
    expect(['one', 'other']).toContain(sam.passwordHash);
  });

  test('without another try, one of them would have failed', async () => {
    const met = meetingOf(2);
    const swap = (first: string, second: string) =>
      database.em().transactional(async (em) => {
        await setHash(em, first, 'x');
        await met();
        await setHash(em, second, 'x');
      });
    const outcomes = await Promise.allSettled([swap('sam', 'bob'), swap('bob', 'sam')]);
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(isConflict(failed[0]?.reason)).toBe(true);
  });

  test('a row that somebody else holds is waited for, and then changed', async () => {
    const held = meetingOf(2);
    const released = meetingOf(2);
    const holder = database.em().transactional(async (em) => {
      await setHash(em, 'sam', 'holder');
      await held();
      await released();
    });
    await held();
    const other = database.transactional((em) => setHash(em, 'sam', 'other'));
    await setImmediate();
    await released();
    await Promise.all([holder, other]);
    expect((await find('sam')).passwordHash).toBe('other');
  });

  describe('a server that cuts connections', () => {
    test('is asked again at the next question, by any number at once', async () => {
      await Promise.all(Array.from({ length: 5 }, () => find('sam')));
      await terminateConnections(temporary.url);
      const found = await Promise.all(Array.from({ length: 12 }, () => find('sam')));
      expect(new Set(found.map(({ username }) => username))).toEqual(new Set(['sam']));
    });

    test('in the middle of transactions, more often than there are connections, leaves connections enough', async () => {
      for (let round = 0; round < 15; round += 1) {
        let isFirstTry = true;
        await database.transactional(async (em) => {
          await em.count(User);
          if (isFirstTry) await terminateConnections(temporary.url);
          isFirstTry = false;
          await em.count(User);
        });
      }
      expect((await find('sam')).username).toBe('sam');
    });

    test('in the middle of a transaction has it done once, from its beginning', async () => {
      let tries = 0;
      await database.transactional(async (em) => {
        tries += 1;
        em.create(User, { username: 'marigold', passwordHash: `try ${tries}` });
        await em.flush();
        if (tries === 1) await terminateConnections(temporary.url);
        await em.count(User);
      });
      expect((await find('marigold')).passwordHash).toBe('try 2');
    });
  });

  describe('a server that is away', () => {
    let proxy: Proxy;
    let far: Database;

    beforeEach(async () => {
      proxy = await startProxy(temporary.url);
      far = await openDatabase(proxy.url);
    });

    afterEach(async () => {
      await far.close();
      await proxy.stop();
    });

    test('is unreachable while it is away, and answers when it is back', async () => {
      const users = createUserStore(far);
      expect(await users.findByLogin('sam')).not.toBeNull();

      await proxy.stop();
      const read: unknown = await users.findByLogin('sam').catch((error: unknown) => error);
      expect(toOutageError(read)?.reason).toBe('unreachable');
      const written: unknown = await users.setActive('nobody', false).catch((error: unknown) => error);
      expect(written).toBeInstanceOf(DatabaseError);
      expect(written).toMatchObject({ reason: 'unreachable' });

      await proxy.restart();
      expect(await users.findByLogin('sam')).not.toBeNull();
      expect(await users.setActive('nobody', false)).toBe(false);
    });
  });
}

if (engine === 'postgresql') {
  test('a transaction that cannot be put in order with another is done again', async () => {
    const { id } = await find('sam');
    let tries = 0;
    await database.transactional(async (em) => {
      tries += 1;
      await inTransaction(em, 'set transaction isolation level repeatable read');
      const sam = await em.findOneOrFail(User, { id });
      if (tries === 1) await createUserStore(database).upgradeHash(id, 'dog', 'changed');
      await em.nativeUpdate(User, { id }, { passwordHash: `${sam.passwordHash}!` });
    });
    expect(tries).toBe(2);
    expect((await find('sam')).passwordHash).toBe('changed!');
  });
}
