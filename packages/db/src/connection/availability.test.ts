import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { toOutageError } from '../database-error.ts';
import type { Database } from '../database.ts';
import { createUserStore, type UserStore } from '../stores/user-store.ts';
import { canMount, createDatabaseWithTables, mountSmallDisk, type TemporaryDatabase } from '../testing.ts';
import { createJournalTable } from './availability.fixture.ts';
import { openDatabase } from './open-database.ts';

let temporary: TemporaryDatabase;
let database: Database;
let users: UserStore;
let path: string;

async function open(url: string) {
  database = await openDatabase(url, { busyTimeoutMs: 0 });
  await createJournalTable(database);
  users = createUserStore(database);
  path = database.location;
}

beforeEach(async () => {
  temporary = await createDatabaseWithTables();
  await open(temporary.url);
});
afterEach(async () => {
  await database.close();
  await temporary.remove();
});

const create = (username: string) => users.create({ username, email: null, passwordHash: 'hash' });

const outageOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => toOutageError(error)?.reason ?? error,
  );

describe('a SQLite file in use', () => {
  test('that is deleted refuses changes, and says so', async () => {
    await create('sam');
    rmSync(path);
    expect(await outageOf(create('bob'))).toBe('file_moved');
    await expect(database.requireAvailable()).rejects.toThrow(
      `${path} was deleted or moved while it is in use`,
    );
  });

  test('that is replaced refuses changes, and says so', async () => {
    const other = `${path}.other`;
    copyFileSync(path, other);
    renameSync(other, path);
    expect(await outageOf(create('bob'))).toBe('file_moved');
    await expect(database.requireAvailable()).rejects.toThrow(`${path} was replaced by another file`);
  });

  test('whose write-ahead log is deleted refuses changes, and says so', async () => {
    rmSync(`${path}-wal`);
    expect(await outageOf(create('bob'))).toBe('file_moved');
    await expect(database.requireAvailable()).rejects.toThrow(
      `${path}-wal, which has the latest changes, was deleted`,
    );
  });

  test('whose log is deleted is complete after the database was closed', async () => {
    await create('sam');
    rmSync(`${path}-wal`);
    await database.close();
    const sqlite = new Sqlite(path, { readonly: true });
    expect(sqlite.prepare('select username from users').pluck().all()).toEqual(['sam']);
    sqlite.close();
  });

  test.each([
    ['the file', () => path],
    ['its folder', () => dirname(path)],
  ])('can be used again when %s is moved back', async (_what, moved) => {
    const [from, to] = [moved(), `${moved()}.moved`];
    renameSync(from, to);
    expect(await outageOf(create('bob'))).toBe('file_moved');
    expect(await outageOf(database.requireAvailable())).toBe('file_moved');
    renameSync(to, from);
    expect(await outageOf(database.requireAvailable())).toBeNull();
    await create('bob');
    expect((await users.list()).map(({ username }) => username)).toEqual(['bob']);
  });

  test('that is moved during a transaction is not committed', async () => {
    const change = database.transactional(async (em) => {
      await em.getConnection().execute('select 1', [], 'all', em.getTransactionContext());
      renameSync(path, `${path}.moved`);
    });
    expect(await outageOf(change)).toBe('file_moved');
    renameSync(`${path}.moved`, path);
    await create('bob');
  });

  test('that is moved can be read by a prepared select afterwards', async () => {
    const select = database.prepareSelect('select username from users where username = ?');
    expect(await select('sam')).toEqual([]);
    renameSync(path, `${path}.moved`);
    await outageOf(create('bob'));
    renameSync(`${path}.moved`, path);
    await create('sam');
    expect(await select('sam')).toEqual([['sam']]);
  });
});

describe('a full disk', () => {
  test('is an outage until changes are possible again', async () => {
    const pages = await database.execute('pragma page_count', []);
    await database.execute(`pragma max_page_count = ${String(pages[0]?.['page_count'])}`, []);
    const big = () => users.create({ username: 'bob', email: null, passwordHash: 'x'.repeat(100_000) });
    expect(await outageOf(big())).toBe('no_access');
    await expect(database.requireAvailable()).rejects.toThrow(`The disk of ${path} is full.`);
    expect(await users.list()).toEqual([]);

    await database.execute('pragma max_page_count = 1000000', []);
    expect(await outageOf(database.requireAvailable())).toBeNull();
    await big();
  });

  if (canMount())
    test('of a file system is an outage until it has space again', async () => {
      const disk = mountSmallDisk();
      onTestFinished(() => {
        disk.unmount();
      });
      await database.close();
      copyFileSync(path, join(disk.folder, 'app.db'));
      await open(`sqlite:${join(disk.folder, 'app.db')}`);
      await create('sam');
      disk.fill();

      const outages = new Set<unknown>();
      for (let i = 0; i < 20; i++) outages.add(await outageOf(create(`user ${i}`)));
      expect(outages).toContain('no_access');
      expect([...outages].filter((reason) => reason !== null)).toEqual(['no_access']);
      expect(await outageOf(database.requireAvailable())).toBe('no_access');
      expect((await users.list())[0]?.username).toBe('sam');

      disk.empty();
      expect(await outageOf(database.requireAvailable())).toBeNull();
      await create('bob');
      await database.close();
    });
});
