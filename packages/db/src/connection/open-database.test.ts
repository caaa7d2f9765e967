import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DatabaseError, explainOpenError } from '../database-error.ts';
import { seedDemoUsers } from '../stores/demo-users.ts';
import type { Database } from '../database.ts';
import { openDatabase, type OpenOptions } from './open-database.ts';
import { createTables, createTemporaryDatabase, type TemporaryDatabase } from '../testing.ts';

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
  temporary = await createTemporaryDatabase('sqlite');
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await temporary.remove();
});

describe('opening a SQLite file', () => {
  test('creates the file and its folder, accessible only to their owner', async () => {
    await open(`sqlite:${join(temporary.folder, 'a/b/app.db')}`);
    expect((await stat(join(temporary.folder, 'a/b/app.db'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(temporary.folder, 'a'))).mode & 0o777).toBe(0o700);
  });

  test('does not change a file that is not a database', async () => {
    const path = join(temporary.folder, 'text.txt');
    const text = 'This is not a database. '.repeat(100);
    await writeFile(path, text);
    expect(await reasonOf(openDatabase(`sqlite:${path}`))).toBe('not_a_database');
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test.skipIf(!existsSync('/proc/self/fd'))('closes a file that could not be opened', async () => {
    const path = join(temporary.folder, 'text.txt');
    await writeFile(path, 'This is not a database. '.repeat(100));
    expect(await reasonOf(openDatabase(`sqlite:${path}`))).toBe('not_a_database');
    const files = (await readdir('/proc/self/fd')).map((file) =>
      readlink(`/proc/self/fd/${file}`).catch(() => ''),
    );
    expect(await Promise.all(files)).not.toContain(path);
  });

  test.each(['/proc/nowhere/app.db', '/dev/null/app.db', '/'])(
    'reports that %s cannot be created',
    async (path) => {
      expect(await reasonOf(openDatabase(`sqlite:${path}`))).toBe('no_access');
    },
  );

  test.each(['EACCES', 'EROFS', 'SQLITE_READONLY'])('explains how to make the file writable (%s)', (code) => {
    const error = explainOpenError(Object.assign(new Error('no'), { code }), '/srv/app.db');
    expect(error).toMatchObject({ reason: 'no_access' });
    expect((error as Error).message).toMatch(
      /^\/srv\/app\.db is not writable\. Grant this user write permission/,
    );
  });

  test('uses WAL mode, full synchronization and foreign keys [T33]', async () => {
    const connection = (await open()).orm.em.getConnection();
    expect(await connection.execute('pragma journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await connection.execute('pragma synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await connection.execute('pragma foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    expect(await connection.execute('pragma wal_autocheckpoint')).toEqual([{ wal_autocheckpoint: 1000 }]);
  });

  test('leaves a single complete file when it is closed', async () => {
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

  test('leaves a single file when only another connection has read it', async () => {
    const database = await openDatabase(temporary.url);
    const reader = new Sqlite(database.location, { readonly: true });
    reader.prepare('select * from sqlite_schema').all();
    reader.close();
    await database.close();
    expect(await readdir(temporary.folder)).toEqual(['app.db']);
  });

  test('is closed at once while another connection reads an old snapshot', async () => {
    const database = await openDatabase(temporary.url, { busyTimeoutMs: 30_000 });
    await createTables(database);
    const reader = new Sqlite(database.location);
    reader.exec('begin; select * from users');
    await seedDemoUsers(database, (password) => Promise.resolve(password));
    const startedAt = performance.now();
    await database.close();
    // Waiting for the reader would block all writers.
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    reader.close();
  });

  test('does not change a file that is opened read-only', async () => {
    const path = join(temporary.folder, 'trial.db');
    const sqlite = new Sqlite(path);
    sqlite.exec('create table notes (id integer)');
    sqlite.close();
    const before = await readFile(path);

    const database = await openDatabase(`sqlite:${path}`, { readOnly: true });
    expect(await database.em().getConnection().execute('select * from notes')).toEqual([]);
    await database.close();
    expect(await readFile(path)).toEqual(before);
    expect(await readdir(temporary.folder)).toEqual(['trial.db']);
  });
});

describe('opening a server', () => {
  test('reports that no server answers', async () => {
    expect(await reasonOf(openDatabase('postgres://nobody@127.0.0.1:1/app'))).toBe('unreachable');
    expect(await reasonOf(openDatabase('mysql://nobody@127.0.0.1:1/app'))).toBe('unreachable');
  });

  test('does not show a password in errors', async () => {
    const error: unknown = await openDatabase('postgres://app:tiger@127.0.0.1:1/app').catch(
      (reason: unknown) => reason,
    );
    expect((error as Error).message).not.toContain('tiger');
  });
});
