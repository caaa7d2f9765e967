import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mysqlSql, standardSql } from '@latchkey/db/sql';
import { createTemporaryDatabase } from '@latchkey/db/testing';
import type { Selection } from '../system.ts';
import { UserImportError } from '../user-import-error.ts';
import { explainSourceError } from './explain-source-error.ts';
import { openSourceDatabase } from './open-source-database.ts';
import { selectStatement } from './select-statement.ts';

let temporary: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let path: string;
let url: string;

beforeEach(async () => {
  temporary = await createTemporaryDatabase();
  path = join(temporary.folder, 'old.db');
  url = `sqlite:${path}`;
});
afterEach(() => temporary.remove());

function createDatabase(sql: string): void {
  const sqlite = new Sqlite(path);
  sqlite.exec(sql);
  sqlite.close();
}

async function read(selection: Selection): Promise<unknown[][]> {
  const source = await openSourceDatabase(url);
  const all: unknown[][] = [];
  for await (const batch of source.rows(selection)) all.push(...batch);
  await source.close();
  return all;
}

const problemOf = async (address: string) => {
  const error: unknown = await openSourceDatabase(address)
    .then((source) => source.tables())
    .catch((reason: unknown) => reason);
  return error instanceof UserImportError ? error.message : error;
};

describe('a SQLite source', () => {
  test('lists tables and columns', async () => {
    createDatabase(
      'create table user (id integer primary key, "E-Mail" text); create view names as select id from user',
    );
    const source = await openSourceDatabase(url);
    expect(await source.tables()).toEqual(
      new Map([
        ['user', ['id', 'E-Mail']],
        ['names', ['id']],
      ]),
    );
    expect(await source.count('user')).toBe(0);
    await source.close();
  });

  test('reads rows in several batches in the order of the key', async () => {
    createDatabase(`create table user (id integer primary key, name text);
      with recursive n(i) as (select 1200 union all select i - 1 from n where i > 1)
      insert into user select i, 'user' || i from n`);
    const rows = await read({ table: 'user', columns: ['name', 'id'], key: 'id', joined: null });
    expect(rows).toHaveLength(1200);
    expect([rows[0], rows[1199]]).toEqual([
      ['user1', 1],
      ['user1200', 1200],
    ]);
  });

  test('joins a second table, with one row per user', async () => {
    createDatabase(`create table "user" (id text, email text);
      create table account ("userId" text, "providerId" text, password text);
      insert into user values ('a', 'a@x'), ('b', 'b@x'), ('c', 'c@x');
      insert into account values ('a', 'google', null), ('a', 'credential', 'hash'), ('b', 'google', null)`);
    const joined = {
      table: 'account',
      columns: ['password'],
      owner: 'userId',
      only: { column: 'providerId', value: 'credential' },
    };
    expect(await read({ table: 'user', columns: ['email'], key: 'id', joined })).toEqual([
      ['a@x', 'hash'],
      ['b@x', null],
      ['c@x', null],
    ]);
  });

  const roles = { table: 'role', id: 'id', name: 'name', admins: ['admin', '1'] };
  const users = { table: 'user', columns: ['id'], key: 'id', joined: null };

  test('says who has an administrator’s role by a table of links', async () => {
    createDatabase(`create table "user" (id integer); insert into "user" values (1), (2), (3);
      create table role (id integer, name text); insert into role values (1, 'ROLE_ADMIN'), (2, 'editor');
      create table links (user_id integer, role_id integer); insert into links values (1, 1), (1, 2), (2, 2)`);
    const link = { table: 'links', user: 'user_id', role: 'role_id' };
    expect(await read({ ...users, roles: { ...roles, link, column: null } })).toEqual([
      [1, 1],
      [2, 0],
      [3, 0],
    ]);
  });

  test('says who has an administrator’s role by a column of users', async () => {
    createDatabase(`create table "user" (id integer, role_id integer); insert into "user" values (1, 1), (2, 2), (3, null);
      create table role (id integer, name text); insert into role values (1, 'Admin'), (2, 'editor')`);
    expect(await read({ ...users, roles: { ...roles, link: null, column: 'role_id' } })).toEqual([
      [1, 1],
      [2, 0],
      [3, 0],
    ]);
  });

  test('is opened for reading only', async () => {
    createDatabase('create table user (id integer primary key)');
    await chmod(path, 0o444);
    const source = await openSourceDatabase(url);
    await source.tables();
    await source.close();
    expect(await readdir(temporary.folder)).toEqual(['old.db']);
  });

  test('may have a URL of SQLAlchemy', async () => {
    createDatabase('create table user (id integer primary key)');
    for (const address of [`sqlite:///${path}`, `sqlite+pysqlite:///${path}`]) {
      const source = await openSourceDatabase(address);
      expect(source.location).toBe(path);
      await source.close();
    }
  });

  test('is not created if it is missing', async () => {
    expect(await problemOf(url)).toBe(`There is no file ${path}.`);
    expect(await readdir(temporary.folder)).toEqual([]);
  });

  test('must be a SQLite file', async () => {
    await writeFile(path, 'Dear Susan, this is a letter. '.repeat(100));
    expect(await problemOf(url)).toBe(`${path} is not a SQLite database, or is damaged.`);
    await mkdir(join(temporary.folder, 'folder'));
    expect(await problemOf(`sqlite:${join(temporary.folder, 'folder')}`)).toMatch(/ is a folder\.$/);
  });
});

describe('a database server as a source', () => {
  test.each([
    'postgres://app:tiger@127.0.0.1:1/old',
    'mysql://app:tiger@127.0.0.1:1/old',
    'mysql+pymysql://app:tiger@127.0.0.1:1/old',
  ])('does not answer: the error omits the password of %s', async (address) => {
    expect(await problemOf(address)).toBe(
      'No database server answers at 127.0.0.1:1/old. Check host and port in --source.',
    );
  });

  test.each([
    ['postgres://app:tiger@/old?host=/nonexistent', '/nonexistent'],
    ['postgresql+psycopg2:///old?host=/nonexistent', '/nonexistent'],
    ['mysql://app:tiger@/old?socket=/nonexistent/x.sock', '/nonexistent/x.sock'],
    ['mysql+pymysql://app@localhost/old?unix_socket=/nonexistent/x.sock', '/nonexistent/x.sock'],
  ])('may have a Unix socket: %s', async (address, socket) => {
    expect(await problemOf(address)).toBe(
      `No database server answers at ${socket} (old). Check host and port in --source.`,
    );
  });

  test.each(['postgres', 'mysql'])('of %s: the error about a %% says how to write it', async (scheme) => {
    expect(await problemOf(`${scheme}://app:tiger%@127.0.0.1:1/old`)).toBe(
      '--source: each % has to begin an encoded character, like %40 for @. Write a % itself as %25.',
    );
  });

  test('of an unknown engine: the error omits the password', async () => {
    expect(await problemOf('oracle://app:tiger@x/y')).toMatch(/^--source: expected sqlite:PATH/);
    expect(await problemOf('oracle://app:tiger@x/y')).not.toContain('tiger');
  });

  test.each([
    ['28P01', /refuses this user or password/],
    ['3D000', /has no database HERE/],
    ['ER_TABLEACCESS_DENIED_ERROR', /does not have permission to read the tables at HERE/],
  ])('returns %s: the error is explained', (code, sentence) => {
    expect(explainSourceError(Object.assign(new Error(code), { code }), 'HERE')).toMatchObject({
      reason: 'source_database',
      message: expect.stringMatching(sentence),
    });
  });

  test('gets names and texts quoted for its engine', () => {
    const selection = {
      table: 'user',
      columns: ['a"b`c'],
      key: 'id',
      joined: { table: 'meta', columns: ['v'], owner: 'uid', only: { column: 'k', value: "o'\\" } },
    };
    expect(selectStatement(selection, standardSql)).toBe(
      `select u."a""b\`c", j."v" from "user" u left join "meta" j on j."uid" = u."id" and j."k" = 'o''\\' and j."v" is not null order by u."id"`,
    );
    expect(selectStatement(selection, mysqlSql)).toBe(
      "select u.`a\"b``c`, j.`v` from `user` u left join `meta` j on j.`uid` = u.`id` and j.`k` = 'o''\\\\' and j.`v` is not null order by u.`id`",
    );
  });
});
