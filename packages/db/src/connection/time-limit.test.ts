import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DatabaseError, toOutageError } from '../database-error.ts';
import type { Database } from '../database.ts';
import { User } from '../entities/index.ts';
import { createUserStore } from '../stores/user-store.ts';
import { createDatabaseWithTables, engineUnderTest, onServer, type TemporaryDatabase } from '../testing.ts';
import { openDatabase } from './open-database.ts';
import { startProxy, type Proxy } from './proxy.fixture.ts';
import { createDatabaseTime, outsideDatabaseCall, runDatabaseCall } from './time-limit.ts';

const engine = engineUnderTest();

let temporary: TemporaryDatabase;
beforeEach(async () => {
  temporary = await createDatabaseWithTables();
});
afterEach(() => temporary.remove());

const outageOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => toOutageError(error)?.reason ?? error,
  );

describe('the time of a request', () => {
  test('is over for all later statements, but not for background jobs', async () => {
    const database = await openDatabase(temporary.url);
    const users = createUserStore(database);
    const call = { time: createDatabaseTime(0), hasWritten: false };
    await runDatabaseCall(call, async () => {
      expect(await outageOf(users.list())).toBe('unreachable');
      expect(await outageOf(users.setActive('unknown', true))).toBe('unreachable');
      expect(await outsideDatabaseCall(() => users.list())).toEqual([]);
    });
    expect(await users.list()).toEqual([]);
    await database.close();
  });

  test('shows whether a call has changed data', async () => {
    const database = await openDatabase(temporary.url);
    const users = createUserStore(database);
    const call = { time: createDatabaseTime(60_000), hasWritten: false };
    await runDatabaseCall(call, () => users.list());
    expect(call.hasWritten).toBe(false);
    await runDatabaseCall(call, () => users.setPendingEmail('unknown', null));
    expect(call.hasWritten).toBe(true);
    await database.close();
  });
});

if (engine !== 'sqlite') {
  describe('a server that takes statements and never answers', () => {
    let proxy: Proxy;
    let database: Database;

    beforeEach(async () => {
      proxy = await startProxy(temporary.url);
      // Longer than a server needs on a busy machine.
      database = await openDatabase(proxy.url, { statementTimeoutMs: 1500 });
    });
    afterEach(async () => {
      await database.close();
      await proxy.stop();
    });

    test('is unreachable for more statements than there are connections', async () => {
      const users = createUserStore(database);
      await Promise.all(Array.from({ length: 10 }, () => users.list()));
      proxy.swallow();
      const reads = Array.from({ length: 15 }, () => outageOf(users.list()));
      const changes = Array.from({ length: 15 }, () => outageOf(users.setActive('unknown', true)));
      expect(new Set(await Promise.all([...reads, ...changes]))).toEqual(new Set(['unreachable']));
    });

    test('is used again when it answers, on new connections', async () => {
      const users = createUserStore(database);
      await Promise.all(Array.from({ length: 10 }, () => users.list()));
      proxy.swallow();
      expect(await outageOf(users.list())).toBe('unreachable');
      proxy.loseConnections();
      proxy.forward();
      const found = await Promise.all(Array.from({ length: 20 }, () => outageOf(users.list())));
      expect(new Set(found)).toEqual(new Set([null]));
    });

    test('runs no abandoned statement later', async () => {
      const users = createUserStore(database);
      const passwordHash = 'hash';
      const create = (username: string) => users.create({ username, email: null, passwordHash });
      await Promise.all(Array.from({ length: 10 }, () => users.list()));
      proxy.swallow();
      const names = Array.from({ length: 25 }, (_, i) => `user ${i}`);
      await Promise.all(names.map((name) => outageOf(create(name))));
      proxy.forward();
      await create('last');
      expect((await users.list()).map(({ username }) => username)).toEqual(['last']);
    });

    test('leaves the outcome of a commit unknown, and nothing is repeated', async () => {
      let attempts = 0;
      const change = database.transactional(async (em) => {
        attempts += 1;
        em.create(User, { username: 'marigold', passwordHash: 'hash' });
        await em.flush();
        proxy.swallow();
      });
      const error = await change.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DatabaseError);
      expect(error).toMatchObject({ reason: 'outcome_unknown' });
      expect(attempts).toBe(1);
    });

    test('leaves the outcome of a statement unknown that writes', async () => {
      const users = createUserStore(database);
      await users.list();
      proxy.swallow();
      expect(await outageOf(users.setPendingEmail('unknown', null))).toBe('outcome_unknown');
    });

    test('does not keep the database from closing', async () => {
      const users = createUserStore(database);
      await Promise.all(Array.from({ length: 5 }, () => users.list()));
      proxy.swallow();
      const read = outageOf(users.list());
      await proxy.swallowed();
      await database.close();
      expect(await read).toBe('unreachable');
    });
  });

  test('the server itself ends a statement that takes too long', async () => {
    const database = await openDatabase(temporary.url, { statementTimeoutMs: 1000 });
    const sleep = { postgresql: 'select pg_sleep(60)', mysql: 'select sleep(60) from users' }[engine];
    await createUserStore(database).create({ username: 'sam', email: null, passwordHash: 'hash' });
    expect(await outageOf(database.execute(sleep, []))).toBe('unreachable');
    const running = {
      postgresql: `select 1 from pg_stat_activity where query = '${sleep}' and state = 'active'`,
      mysql: `select 1 from information_schema.processlist where info = '${sleep}'`,
    }[engine];
    expect(await onServer(engine, (run) => run(running))).toEqual([]);
    await database.close();
  });

  test('a statement has no time limit by default', async () => {
    const database = await openDatabase(temporary.url);
    const setting = {
      postgresql: "select current_setting('statement_timeout') as value",
      mysql: 'select cast(@@max_statement_time as char) as value',
    }[engine];
    const [row] = await database.execute(setting, []);
    expect(Number(row?.['value'])).toBe(0);
    await database.close();
  });
}
