import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPasswords } from '@latchkey/auth';
import { createUserStore, type Database, openDatabase } from '@latchkey/db';
import type { TemporaryDatabase } from '@latchkey/db/testing';
import { createMigratedDatabase } from '@latchkey/migrator/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from './testing.ts';

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

const users = (words: string[], input = '') =>
  runCommand('users', words, { env: { DATABASE_URL: temporary.url }, input });

const list = () => createUserStore(database).list();

async function file(name: string, text: string): Promise<string> {
  const path = join(temporary.folder, name);
  await writeFile(path, text);
  return path;
}

const hash = 'pbkdf2:sha256:1000$tUqaeoZx$8ca642ffd8e036c9a5e7b6cda14479274e6abf3f774a3ba73f9f5a1730ddb1c6';

const good = `username,email,password_hash\nsusan,susan@example.com,${hash}\nsam,,!\n`;
const bad = `${good}SUSAN,s2@example.com,${hash}\njack,jack@example.com,who knows\n`;

describe('pnpm users import FILE', () => {
  test('prints a report, and requires --yes without a terminal', async () => {
    const shown = await users(['import', await file('users.csv', good)]);
    expect(shown).toMatchObject({
      code: 1,
      err: 'There is no terminal to confirm the import. To write without confirmation: --yes. Nothing was written.\n',
    });
    expect(shown.out).toMatch(/^ {2}new +2$/m);
    expect(shown.out).toMatch(/^ {2}no password +1 {2}sign in with “forgot password”$/m);
    expect(shown.out).toMatch(/^Columns: username, email, password_hash$/m);
    expect(await list()).toEqual([]);
  });

  test.each(['users.json', 'users'])('refuses a JSON array in %s, and names the conversion', async (name) => {
    const path = await file(name, '[\n  {"username": "marigold", "email": "m@example.com"}\n]\n');
    const { code, err } = await users(['import', path]);
    expect(code).toBe(1);
    expect(err).toMatch(/array/i);
    expect(err).toContain('jq');
  });

  test('writes with --yes, and nothing the second time', async () => {
    const path = await file('users.csv', good);
    expect(await users(['import', path, '--yes'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Added 2 users\.\n$/),
    });
    expect(await users(['import', path, '--yes'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/No new users\.\n$/),
    });
    expect(await list()).toMatchObject([
      { username: 'sam', passwordHash: '!' },
      { username: 'susan', passwordHash: hash },
    ]);
  });

  test('writes nothing if a row is bad, and lists the bad rows', async () => {
    const refused = await users(['import', await file('users.csv', bad), '--yes']);
    expect(refused).toMatchObject({
      code: 1,
      err: '2 lines are bad. Correct them, or skip them with --skip-bad. Nothing was written.\n',
    });
    expect(refused.out).toContain('  line 4 (SUSAN): same user name as line 2\n');
    expect(refused.out).toMatch(/^ {2}line 5 \(jack\): password_hash: Its format is not supported\.$/m);
    expect(refused.out).not.toContain('who knows');
    expect(await list()).toEqual([]);
  });

  test('skips bad rows with --skip-bad, and writes them to a file for its owner alone', async () => {
    const left = join(temporary.folder, 'left.csv');
    const words = ['import', await file('users.csv', bad), '--yes', '--skip-bad', '--bad-rows', left];
    expect((await users(words)).out).toMatch(/Added 2 users\. Left out: 2 lines\.\n$/);
    expect(await readFile(left, 'utf8')).toMatch(/^line,who,problem\n4,SUSAN,.*\n5,jack,.*\n$/);
    expect((await stat(left)).mode & 0o777).toBe(0o600);
  });

  test('imports users without a password that is not supported', async () => {
    const words = ['import', await file('users.csv', bad), '--yes', '--skip-bad', '--drop-unreadable'];
    expect((await users(words)).out).toMatch(/^ {2}dropped: format not supported +1 {2}sign in with/m);
    expect(await list()).toMatchObject([{ username: 'jack', passwordHash: '!' }, {}, {}]);
  });

  test('never writes with --dry-run, and fails where writing would', async () => {
    expect((await users(['import', await file('good.csv', good), '--dry-run', '--yes'])).code).toBe(0);
    expect((await users(['import', await file('bad.csv', bad), '--dry-run'])).code).toBe(1);
    expect(await list()).toEqual([]);
  });

  test('changes no file with --dry-run, and ends by saying so', async () => {
    const path = await file('users.csv', bad);
    const snapshot = async () => {
      const names = (await readdir(temporary.folder)).sort();
      return Promise.all(names.map(async (name) => [name, await readFile(join(temporary.folder, name))]));
    };
    await database.close();
    const before = await snapshot();
    const { out, err } = await users(['import', path, '--dry-run']);
    expect(await snapshot()).toEqual(before);
    expect(out + err).toMatch(/Nothing was written\.\n$/);
    const skipping = await users(['import', path, '--dry-run', '--skip-bad']);
    expect(skipping).toMatchObject({
      code: 0,
      out: expect.stringMatching(/\n2 lines would be left out\. Nothing was written\.\n$/),
    });
    expect(await snapshot()).toEqual(before);
    database = await openDatabase(temporary.url);
  });

  test('creates no database with --dry-run', async () => {
    const folder = join(temporary.folder, 'mistyped');
    const path = await file('users.csv', good);
    const url = `sqlite:${join(folder, 'app.db')}`;
    const { code } = await runCommand('users', ['import', path, '--dry-run'], { env: { DATABASE_URL: url } });
    expect(code).toBe(1);
    expect(existsSync(folder)).toBe(false);
  });

  test('prints JSON', async () => {
    const { code, out } = await users([
      'import',
      await file('users.csv', bad),
      '--json',
      '--skip-bad',
      '--yes',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      unit: 'line',
      rows: 4,
      new: 2,
      existing: 0,
      bad: 2,
      schemes: [
        { scheme: 'Werkzeug PBKDF2 (sha256)', users: 1, isWeak: false },
        { scheme: 'no password', users: 1, isWeak: false },
      ],
      problems: [
        { line: 4, who: 'SUSAN', problem: 'same user name as line 2' },
        { line: 5, who: 'jack' },
      ],
      moreProblems: 0,
      written: 2,
    });
  });

  test('prints twenty bad rows and the number of the others', async () => {
    const rows = Array.from({ length: 25 }, (_, index) => `user${index},nowhere`);
    const { out } = await users(['import', await file('users.csv', `username,email\n${rows.join('\n')}\n`)]);
    expect(out).toContain('  line 21: email is not an address like name@example.com');
    expect(out).not.toContain('line 22');
    expect(out).toContain('  and 5 more; --bad-rows FILE writes all of them\n');
  });

  test('reads JSON lines from standard input with mapped columns', async () => {
    const lines = '{"nick":"susan","mail":"susan@example.com"}\n{"nick":"sam","admin":true}\n';
    expect((await users(['import', '-', '--map', 'nick=username', '--yes'], lines)).code).toBe(0);
    expect(await list()).toMatchObject([{ username: 'sam', role: 'admin' }, { email: 'susan@example.com' }]);
  });

  test.each([
    [['import'], /^Expected a FILE, or --from SYSTEM with --source URL/],
    [['import', 'users.csv', '--from', 'flask'], /^Expected a FILE, or/],
    [['import', '/nowhere/users.csv'], 'There is no file /nowhere/users.csv.\n'],
    [['import', '/'], '/ is a folder.\n'],
    [['import', '-', '--map', 'x'], /^--map: found x; expected/],
    [['import', '-', '--separator', 'abc'], /^--separator: found abc; expected one character/],
    [['import', '-'], 'standard input is empty.\n'],
    [
      ['import', '--from', 'flask', '--source', 'sqlite:/nowhere/old.db'],
      'There is no file /nowhere/old.db.\n',
    ],
  ])('%j is refused with one line', async (words, sentence) => {
    expect(await users(words)).toEqual({ code: 1, out: '', err: expect.stringMatching(sentence) });
  });
});

/** The tables of each system, with one user, susan. */
const systems = {
  flask: `
    CREATE TABLE user (id INTEGER NOT NULL, username VARCHAR(64), email VARCHAR(120), password_hash VARCHAR(256),
      about_me VARCHAR(140), last_seen DATETIME, PRIMARY KEY (id));
    INSERT INTO user VALUES (1, 'susan', 'susan@example.com',
      'scrypt:32768:8:1$a1B2c3D4e5F6g7H8$8701cd4450c4ba276e6700d9d1f7c6392639763f4fc2cbe4f66d938df789de4c71a21e0b3e4a6ef6d0b42f72f7cc9db769bdc3e4e72469a26078faef78066504',
      NULL, '2024-01-02 03:04:05.000000')`,
  django: `
    CREATE TABLE "auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL,
      "last_login" datetime NULL, "is_superuser" bool NOT NULL, "username" varchar(150) NOT NULL UNIQUE,
      "last_name" varchar(150) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" bool NOT NULL,
      "is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "first_name" varchar(150) NOT NULL);
    INSERT INTO auth_user VALUES (1, 'bcrypt$$2b$12$knQg3t3DNgVlrC5v.5WOdeTu2e5A/4NAo8VAQciVCVFXRkbL1gCie', NULL, 1,
      'susan', '', 'susan@example.com', 1, 1, '2024-01-02 03:04:05', '')`,
  devise: `
    CREATE TABLE "users" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "email" varchar DEFAULT '' NOT NULL,
      "encrypted_password" varchar DEFAULT '' NOT NULL, "reset_password_token" varchar, "remember_created_at" datetime(6),
      "confirmed_at" datetime(6), "unconfirmed_email" varchar, "admin" boolean DEFAULT 0 NOT NULL,
      "created_at" datetime(6) NOT NULL, "updated_at" datetime(6) NOT NULL);
    INSERT INTO users VALUES (1, 'susan@example.com', '$2a$11$RXkDHFj6IXxIjD0uTdXJ1uor/EQSlhY.1r.UZU2iqdOQfJ/3GtBdC',
      NULL, NULL, '2024-01-03 03:04:05.123456', NULL, 1, '2024-01-02 03:04:05.000000', '2024-01-02 03:04:05.000000')`,
  laravel: `
    CREATE TABLE "users" ("id" integer primary key autoincrement not null, "name" varchar not null,
      "email" varchar not null, "email_verified_at" datetime, "password" varchar not null, "remember_token" varchar,
      "created_at" datetime, "updated_at" datetime);
    INSERT INTO users VALUES (1, 'Susan B.', 'susan@example.com', '2024-01-03 00:00:00',
      '$2y$10$C9ecb3dqzpBbeK8Ojz3j8OnVP.TTC30IODAKY/CkGZ7UvuiaQ0yp6', NULL, '2024-01-02 03:04:05', NULL)`,
  'better-auth': `
    create table "user" ("id" text not null primary key, "name" text not null, "email" text not null unique,
      "emailVerified" integer not null, "image" text, "createdAt" date not null, "updatedAt" date not null,
      "role" text, "banned" integer);
    create table "account" ("id" text not null primary key, "accountId" text not null, "providerId" text not null,
      "userId" text not null references "user" ("id"), "accessToken" text, "password" text, "createdAt" date not null);
    insert into "user" values ('u1', 'Susan B.', 'susan@example.com', 1, null, '2024-01-02T03:04:05.000Z',
      '2024-01-02T03:04:05.000Z', 'admin', 0);
    insert into "account" values ('a0', '17', 'github', 'u1', 'x', null, '2024-01-02T03:04:05.000Z'),
      ('a1', 'u1', 'credential', 'u1', null,
        '0a21b91354a9ec4b28e6ffcbaa1c562a:697b2a75533ea8af4012590de1ea9659e2d1d356ff1fd11bd47b6b10181eefd0a5b3800315a90a04da7c6fe5937bc26e7b8ffb71b972eab4c6e813201d46bb7c', '2024-01-02T03:04:05.000Z')`,
  lucia: `
    CREATE TABLE user (id TEXT NOT NULL PRIMARY KEY, username TEXT NOT NULL UNIQUE, hashed_password TEXT NOT NULL);
    INSERT INTO user VALUES ('abcdefghijklmno', 'susan',
      'b7699d31b6e870fc821472a992ab213b:277649d05095e30e5b3c1381c6c5e4f2d8470a8efb2e1a852c0c1c58d8a3ed2e0fcf19e7e43f46afd357b440bf6d9e3894515851fbe3cbba3658cc3dd50725cf')`,
  wordpress: `
    CREATE TABLE wp_users (ID bigint NOT NULL, user_login varchar(60) NOT NULL DEFAULT '', user_pass varchar(255) NOT NULL
      DEFAULT '', user_nicename varchar(50) NOT NULL DEFAULT '', user_email varchar(100) NOT NULL DEFAULT '',
      user_url varchar(100) NOT NULL DEFAULT '', user_registered datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
      user_activation_key varchar(255) NOT NULL DEFAULT '', user_status int NOT NULL DEFAULT '0',
      display_name varchar(250) NOT NULL DEFAULT '', PRIMARY KEY (ID));
    CREATE TABLE wp_usermeta (umeta_id bigint NOT NULL, user_id bigint NOT NULL, meta_key varchar(255), meta_value longtext);
    INSERT INTO wp_users (ID, user_login, user_pass, user_email, user_registered) VALUES
      (1, 'susan', '$P$BLYoVPXDflewilhnPJAQp9.e14kM350', 'susan@example.com', '2024-01-02 03:04:05');
    INSERT INTO wp_usermeta VALUES (1, 1, 'nickname', 'sue'),
      (2, 1, 'wp_capabilities', 'a:1:{s:13:"administrator";b:1;}')`,
};

describe('pnpm users import --from SYSTEM', () => {
  const cat = 'cat';
  const unicode = 'pässwörd ☃';
  const createdAt = new Date('2024-01-02T03:04:05Z');
  const email = 'susan@example.com';

  test.each([
    ['flask', cat, { email, role: 'user' }],
    ['django', cat, { email, role: 'admin', createdAt }],
    [
      'devise',
      cat,
      { email, role: 'admin', createdAt, emailVerifiedAt: new Date('2024-01-03T03:04:05.123Z') },
    ],
    [
      'laravel',
      unicode,
      { email, role: 'user', createdAt, emailVerifiedAt: new Date('2024-01-03T00:00:00Z') },
    ],
    ['better-auth', unicode, { email, role: 'admin', createdAt, emailVerifiedAt: createdAt }],
    ['lucia', unicode, { email: null, role: 'user' }],
    ['wordpress', cat, { email, role: 'admin', createdAt }],
  ] as const)(
    'imports the users of %s, who sign in with their passwords',
    async (system, password, susan) => {
      const path = join(temporary.folder, 'old.db');
      const old = new DatabaseSync(path);
      old.exec(systems[system]);
      old.close();
      const before = await readFile(path);

      const words = ['import', '--from', system, '--source', `sqlite:${path}`, '--yes'];
      expect((await users(words)).out).toMatch(/Added 1 user\.\n$/);
      const [imported] = await list();
      expect(imported).toMatchObject({ username: 'susan', isActive: true, ...susan });
      expect(await createPasswords().check(imported?.passwordHash ?? null, password)).toMatchObject({
        isRight: true,
      });

      expect((await users(words)).out).toMatch(/No new users\.\n$/);
      expect(await readFile(path)).toEqual(before);
    },
  );

  test('names the expected tables when the database is of another system', async () => {
    const path = join(temporary.folder, 'old.db');
    const old = new DatabaseSync(path);
    old.exec('create table people (id integer, who text)');
    old.close();
    expect(await users(['import', '--from', 'django', '--source', `sqlite:${path}`])).toEqual({
      code: 1,
      out: '',
      err: `${path} does not look like a Django database: there is no table auth_user. Tables found: people.\n`,
    });
  });
});

describe('pnpm users import from Flask-Security', () => {
  const flaskSecurity = `
    CREATE TABLE user (id INTEGER PRIMARY KEY, email VARCHAR(255), password VARCHAR(255), active BOOLEAN,
      fs_uniquifier VARCHAR(64), confirmed_at DATETIME, create_datetime DATETIME);
    CREATE TABLE role (id INTEGER PRIMARY KEY, name VARCHAR(80));
    CREATE TABLE roles_users (user_id INTEGER, role_id INTEGER);
    INSERT INTO role VALUES (1, 'editor'), (2, 'admin');
    INSERT INTO roles_users VALUES (7, 1), (7, 2), (8, 1);
    INSERT INTO user VALUES
      (7, 'susan@example.com', '$2b$05$Wam3PIXtGOsEuQB69rXiD.nGvDk/I98XfwZngkUfplR6U46Nj.qiC', 1, 'a1', NULL, '2024-01-02 03:04:05'),
      (8, 'sam@example.com', '$2b$05$Wam3PIXtGOsEuQB69rXiD.nGvDk/I98XfwZngkUfplR6U46Nj.qiC', 1, 'a2', NULL, '2024-01-02 03:04:05')`;
  const salt = '146585145368132386173505678016728509634';

  async function importWith(env: Record<string, string>) {
    const path = join(temporary.folder, 'old.db');
    const old = new DatabaseSync(path);
    old.exec(flaskSecurity);
    old.close();
    const words = ['import', '--from', 'flask', '--source', `sqlite:${path}`, '--yes'];
    return runCommand('users', words, { env: { DATABASE_URL: temporary.url, ...env } });
  }

  test('imports roles and times, and users sign in with the salt', async () => {
    const { out } = await importWith({ SECURITY_PASSWORD_SALT: salt });
    expect(out).toMatch(/^ {4}administrators +1$/m);
    expect(out).toMatch(/^ {2}can sign in with their password +2$/m);
    const [sam, susan] = await list();
    expect([sam?.role, susan?.role]).toEqual(['user', 'admin']);
    expect(susan?.createdAt).toEqual(new Date('2024-01-02T03:04:05Z'));
    const { check } = createPasswords({ hashing: 'fast', flaskSecuritySalt: salt });
    expect((await check(susan?.passwordHash ?? null, 'cat')).isRight).toBe(true);
  });

  test('says that no user can sign in without the salt', async () => {
    const { out } = await importWith({});
    expect(out).toMatch(
      /^ {2}bcrypt of Flask-Security +2 {2}cannot sign in without SECURITY_PASSWORD_SALT$/m,
    );
    expect(out).toMatch(/^ {2}can sign in with their password +0$/m);
  });
});

describe('administrators', () => {
  test('are counted also if there are none', async () => {
    const { out } = await users([
      'import',
      await file('users.csv', 'username,role\nsusan,user\n'),
      '--dry-run',
    ]);
    expect(out).toMatch(/^ {4}administrators +0$/m);
  });

  test.each([
    ['no column says who they are', 'username\nsusan\n'],
    ['roles are numbers', 'username,role\nsusan,1\n'],
  ])('are unknown if %s', async (_, text) => {
    const { out } = await users(['import', await file('users.csv', text), '--dry-run']);
    expect(out).toMatch(/^ {4}administrators +0 {2}roles are unknown: see --map and --admin-role$/m);
  });

  test('are those with the roles of --admin-role', async () => {
    const path = await file('users.csv', 'username,role_id\nsusan,1\nsam,2\n');
    const { out } = await users(['import', path, '--dry-run', '--admin-role', '1']);
    expect(out).toMatch(/^ {4}administrators +1 /m);
  });
});

describe('pnpm users export', () => {
  beforeEach(async () => {
    await users(['import', await file('users.csv', good), '--yes']);
  });

  test.each(['csv', 'jsonl'])('writes all users as %s, which can be imported unchanged', async (format) => {
    const path = join(temporary.folder, `out.${format}`);
    expect(await users(['export', path])).toMatchObject({
      code: 0,
      out: `Wrote 2 users to ${path}. It contains password hashes: store it as securely as a backup.\n`,
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);

    const other = await createMigratedDatabase();
    const target = await openDatabase(other.url);
    const elsewhere = { env: { DATABASE_URL: other.url } };
    expect((await runCommand('users', ['import', path, '--yes'], elsewhere)).code).toBe(0);
    expect(await createUserStore(target).list()).toEqual(await list());
    const [first, second] = [await users(['export']), await runCommand('users', ['export'], elsewhere)];
    expect(second).toEqual(first);
    await target.close();
    await other.remove();
  });

  test('replaces an existing file only with --force', async () => {
    const path = await file('out.csv', 'precious');
    expect(await users(['export', path])).toMatchObject({
      code: 1,
      err: `${path} already exists. --force replaces it.\n`,
    });
    expect(await readFile(path, 'utf8')).toBe('precious');
    expect((await users(['export', path, '--force'])).code).toBe(0);
    expect(await readFile(path, 'utf8')).toMatch(/^id,username,/);
  });

  test('names the problem of a file that cannot be written', async () => {
    expect(await users(['export', join(temporary.folder, 'no/such/folder/out.csv')])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/cannot be written: the folder does not exist\.$/m),
    });
  });
});
