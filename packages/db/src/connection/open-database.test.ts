import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DatabaseError, explainOpenError, toOutageError } from '../database-error.ts';
import { seedDemoUsers } from '../stores/demo-users.ts';
import type { Database } from '../database.ts';
import { openDatabase, type OpenOptions } from './open-database.ts';
import { createTables, temporaryDatabase, type TemporaryDatabase } from '../testing.ts';
import { createUserStore } from '../stores/user-store.ts';

let temporary: TemporaryDatabase;
const opened: Database[] = [];

async function open(url = temporary.url, options: OpenOptions = {}): Promise<Database> {
  const database = await openDatabase(url, options);
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
  temporary = await temporaryDatabase('sqlite');
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await temporary.remove();
});

describe('opening a SQLite file', () => {
  test('makes the file and its folder, for their owner alone', async () => {
    await open(`sqlite:${join(temporary.folder, 'a/b/app.db')}`);
    expect((await stat(join(temporary.folder, 'a/b/app.db'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(temporary.folder, 'a'))).mode & 0o777).toBe(0o700);
  });

  test('leaves a file that is not a database as it was', async () => {
    const path = join(temporary.folder, 'letter.txt');
    const letter = 'Dear Susan, this is not a database. '.repeat(100);
    await writeFile(path, letter);
    expect(await reasonOf(openDatabase(`sqlite:${path}`))).toBe('not_a_database');
    expect(await readFile(path, 'utf8')).toBe(letter);
  });

  test.skipIf(!existsSync('/proc/self/fd'))('lets go of a file that could not be opened', async () => {
    const path = join(temporary.folder, 'letter.txt');
    await writeFile(path, 'Dear Susan, this is not a database. '.repeat(100));
    expect(await reasonOf(openDatabase(`sqlite:${path}`))).toBe('not_a_database');
    const files = (await readdir('/proc/self/fd')).map((file) =>
      readlink(`/proc/self/fd/${file}`).catch(() => ''),
    );
    expect(await Promise.all(files)).not.toContain(path);
  });

  test.each(['/proc/nowhere/app.db', '/dev/null/app.db', '/'])(
    'says so when %s cannot be a file',
    async (path) => {
      expect(await reasonOf(openDatabase(`sqlite:${path}`))).toBe('no_access');
    },
  );

  test.each(['EACCES', 'EROFS', 'SQLITE_READONLY'])(
    'says what to do when the file may not be written (%s)',
    (code) => {
      const error = explainOpenError(Object.assign(new Error('no'), { code }), '/srv/app.db');
      expect(error).toMatchObject({ reason: 'no_access' });
      expect((error as Error).message).toMatch(
        /^\/srv\/app\.db cannot be written\. Give this user the right/,
      );
    },
  );

  test('keeps what was acknowledged: write-ahead log, full synchronisation, foreign keys [T33]', async () => {
    const connection = (await open()).orm.em.getConnection();
    expect(await connection.execute('pragma journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await connection.execute('pragma synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await connection.execute('pragma foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    expect(await connection.execute('pragma wal_autocheckpoint')).toEqual([{ wal_autocheckpoint: 1000 }]);
  });

  test('leaves one file behind when it is closed, and all is in it', async () => {
    const database = await openDatabase(temporary.url);
    await createTables(database);
    await seedDemoUsers(database, (password) => Promise.resolve(`hash of ${password}`));
    expect(existsSync(`${database.location}-wal`)).toBe(true);
    await database.close();
    expect(existsSync(`${database.location}-wal`)).toBe(false);

    const sqlite = new Sqlite(database.location, { readonly: true });
    expect(sqlite.prepare('select count(*) from users').pluck().get()).toBe(6);
    sqlite.close();
  });

  test('leaves one file behind also when only somebody else has read it', async () => {
    const database = await openDatabase(temporary.url);
    const reader = new Sqlite(database.location, { readonly: true });
    reader.prepare('select * from sqlite_schema').all();
    reader.close();
    await database.close();
    expect(await readdir(temporary.folder)).toEqual(['app.db']);
  });

  test('is closed at once, also while somebody else reads what was there before', async () => {
    const database = await openDatabase(temporary.url, { busyTimeoutMs: 30_000 });
    await createTables(database);
    const reader = new Sqlite(database.location);
    reader.exec('begin; select * from users');
    await seedDemoUsers(database, (password) => Promise.resolve(password));
    const beganAt = performance.now();
    await database.close();
    // To wait for the reader would keep every writer out for as long.
    expect(performance.now() - beganAt).toBeLessThan(15_000);
    reader.close();
  });

  test('leaves a file that is only looked at as it was', async () => {
    const path = join(temporary.folder, 'trial.db');
    const trial = new Sqlite(path);
    trial.exec('create table notes (id integer)');
    trial.close();
    const before = await readFile(path);

    const database = await openDatabase(`sqlite:${path}`, { readOnly: true });
    expect(await database.em().getConnection().execute('select * from notes')).toEqual([]);
    await database.close();
    expect(await readFile(path)).toEqual(before);
    expect(await readdir(temporary.folder)).toEqual(['trial.db']);
  });
});

describe('a file that another program has locked', () => {
  const somebody = { username: 'somebody', email: null, passwordHash: 'hash' };

  async function locked() {
    const database = await open(temporary.url, { busyTimeoutMs: 0 });
    await createTables(database);
    const other = new Sqlite(database.location);
    other.exec('begin immediate');
    return { users: createUserStore(database), other };
  }

  test('is waited for while other things happen, and then written', async () => {
    const { users, other } = await locked();
    const created = users.create(somebody);
    // Each round is one that a frozen process would not make.
    for (let round = 0; round < 50; round += 1) await setImmediate();
    expect(await users.findByLogin('somebody')).toBeNull();
    other.exec('commit');
    expect((await created).username).toBe('somebody');
    other.close();
  });

  test('is given up after a time, and is no outage any more once it is free', async () => {
    const { users, other } = await locked();
    const error: unknown = await users.create(somebody).catch((reason: unknown) => reason);
    expect(toOutageError(error)?.reason).toBe('locked');
    other.exec('rollback');
    other.close();
    expect((await users.create(somebody)).username).toBe('somebody');
  });
});

describe('opening a server', () => {
  test('says so when no server answers', async () => {
    expect(await reasonOf(openDatabase('postgres://nobody@127.0.0.1:1/app'))).toBe('unreachable');
    expect(await reasonOf(openDatabase('mysql://nobody@127.0.0.1:1/app'))).toBe('unreachable');
  });

  test('never repeats a password', async () => {
    const error: unknown = await openDatabase('postgres://app:tiger@127.0.0.1:1/app').catch(
      (reason: unknown) => reason,
    );
    expect((error as Error).message).not.toContain('tiger');
  });
});
