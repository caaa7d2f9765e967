import { createPasswords } from '@latchkey/auth';
import { createUserStore, type Database, openDatabase } from '@latchkey/db';
import { createTemporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDemoDatabase } from './demo-database.fixture.ts';
import { runCommand } from './testing.ts';

let temporary: TemporaryDatabase;
let database: Database;

beforeEach(async () => {
  temporary = await createDemoDatabase();
  database = await openDatabase(temporary.url);
});
afterEach(async () => {
  await database.close();
  await temporary.remove();
});

const users = (words: string[], input = '') =>
  runCommand('users', words, { env: { DATABASE_URL: temporary.url }, input });

const find = (login: string) => createUserStore(database).findByLogin(login);

const phrase = 'seven green doors by the harbour';

describe('pnpm users list', () => {
  test('prints a table of all users, without hashes', async () => {
    const { out } = await users(['list']);
    const [header, ...lines] = out.trimEnd().split('\n');
    expect(header?.split('\t')).toEqual([
      'USER NAME',
      'E-MAIL ADDRESS',
      'VERIFIED',
      'ROLE',
      'STATUS',
      'LAST SIGN-IN',
      'CREATED',
    ]);
    expect(lines).toHaveLength(6);
    expect(lines).toContainEqual(
      expect.stringMatching(/^susan\tsusan@example.com\tyes\tadmin\tactive\t\t20\S+Z$/),
    );

    const { out: json } = await users(['list', '--json']);
    expect(JSON.parse(json)).toContainEqual(expect.objectContaining({ username: 'sam', isActive: true }));
    expect(json).not.toContain('$argon2');
  });

  test('filters the users', async () => {
    expect((await users(['list', '--role', 'admin'])).out).toMatch(/^USER NAME\t.*\nsusan\t.*\n$/);
    expect((await users(['list', '--search', 'AYR'])).out).toMatch(/^USER NAME\t.*\nmayra\t.*\n$/);
    expect((await users(['list', '--disabled'])).out).toBe('No users found.\n');
    expect((await users(['list', '--disabled', '--json'])).out).toBe('[]\n');
  });
});

describe('pnpm users create', () => {
  test('adds a user with the password on standard input', async () => {
    const words = ['create', 'marigold', '--email', 'm@example.com', '--role', 'admin', '--password-stdin'];
    expect(await users(words, `${phrase}\n`)).toEqual({ code: 0, out: 'Added marigold, admin.\n', err: '' });
    const marigold = await find('m@example.com');
    expect(marigold).toMatchObject({ username: 'marigold', role: 'admin', emailVerifiedAt: null });
    expect(await createPasswords().check(marigold?.passwordHash ?? null, phrase)).toMatchObject({
      isRight: true,
    });
  });

  test.each([
    [['create', 'marigold', '--password', 'tiger'], /^A password on the command line is refused/],
    [['create', 'marigold', '-ptiger'], /^A password on the command line is refused/],
    [['create', 'marigold'], /^There is no terminal for the password prompt\. .*--password-stdin\.$/m],
    [['create', 'marigold', '--password-stdin'], /^That has 5 characters\. Use at least 15/],
    [['create', 'SUSAN', '--password-stdin'], /^The user name susan is already in use\.$/m],
    [
      ['create', 'marigold', '--email', 'Susan@example.com', '--password-stdin'],
      /is already the e-mail address of susan/,
    ],
    [['create', 'm@rigold', '--password-stdin'], /^This user name is not valid\./],
    [['create', '', '--password-stdin'], /^This user name is not valid\. Choose a user name\.$/m],
    [['create', 'a b', '--password-stdin'], /^This user name is not valid\. Use letters, digits, dots/],
    [['create', 'mari\u0007gold', '--password-stdin'], /^This user name is not valid\. Use letters/],
    [
      ['create', 'marigold', '--email', 'nowhere', '--password-stdin'],
      /^The e-mail address is not an address like/,
    ],
    [['create', 'marigold', '--role', 'owner', '--password-stdin'], /Allowed choices are user, admin/],
  ])('%j is refused, and adds no user', async (words, sentence) => {
    const refused = await users(words, 'tiger\n');
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringMatching(sentence) });
    expect(refused.err).not.toMatch(/tiger|^\s+at /m);
    expect(await createUserStore(database).list()).toHaveLength(6);
  });
});

test('pnpm users show prints a user without the hash', async () => {
  const { out } = await users(['show', 'susan@example.com']);
  expect(out).toMatch(/^user name +susan$/m);
  expect(out).toMatch(/^role +admin$/m);
  expect(out).not.toContain('$argon2');
  expect(JSON.parse((await users(['show', 'SAM', '--json'])).out)).toMatchObject({
    username: 'sam',
    isActive: true,
  });
});

test('pnpm users passwd sets the password on standard input', async () => {
  expect(await users(['passwd', 'sam', '--password-stdin'], phrase)).toMatchObject({
    code: 0,
    out: 'sam has a new password, and is signed out everywhere.\n',
  });
  const sam = await find('sam');
  expect(await createPasswords().check(sam?.passwordHash ?? null, phrase)).toMatchObject({ isRight: true });
  expect(await users(['passwd', 'sam', '--password-stdin'])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^That has 0 characters/),
  });
});

test.each(['latchkeylatchkey1', 'localhostlocalhost'])(
  'a password made of the name of the site is refused: %j [T2]',
  async (password) => {
    expect(await users(['passwd', 'sam', '--password-stdin'], password)).toMatchObject({
      code: 1,
      err: expect.stringContaining('the name of this site'),
    });
  },
);

test('pnpm users disable refuses sign-in, and enable allows it again', async () => {
  expect((await users(['disable', 'SAM'])).out).toBe('sam is disabled, and signed out everywhere.\n');
  expect((await find('sam'))?.isActive).toBe(false);
  expect(JSON.parse((await users(['enable', 'sam@example.com', '--json'])).out)).toMatchObject({
    isActive: true,
  });
});

test('pnpm users role changes a role, except that of the last administrator', async () => {
  expect(await users(['role', 'susan', 'user'])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^susan is the only administrator\. .*\n$/),
  });
  expect((await users(['disable', 'susan'])).code).toBe(1);
  expect((await users(['role', 'sam', 'admin'])).out).toBe('sam has the role admin.\n');
  expect((await users(['role', 'susan', 'user'])).code).toBe(0);
  expect((await find('susan'))?.role).toBe('user');
});

test('pnpm users sign-out ends the sessions of a user', async () => {
  expect((await users(['sign-out', 'jack'])).out).toBe('jack is signed out everywhere; devices: 0.\n');
});

test('an unknown user and an outdated schema are errors that name the next step', async () => {
  expect(await users(['disable', 'unknown'])).toMatchObject({
    code: 1,
    err: 'There is no user unknown. To see them all: pnpm users list\n',
  });
  const other = await createTemporaryDatabase();
  // Creates the file.
  await (await openDatabase(other.url)).close();
  expect(await runCommand('users', ['list'], { env: { DATABASE_URL: other.url } })).toMatchObject({
    code: 1,
    err: expect.stringContaining('Run: pnpm db upgrade'),
  });
  await other.remove();
});

test.each(['create', 'list', 'show', 'passwd', 'disable', 'enable', 'role', 'sign-out', 'import', 'export'])(
  'pnpm users %s has --help and --json',
  async (name) => {
    const { code, out } = await users([name, '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: pnpm users [^]* --json [^]* --help /);
    expect(out).not.toContain('--password [');
    expect((await users(['--help'])).out).toMatch(new RegExp(`^  ${name} +[A-Z].*`, 'm'));
  },
);

test('an unknown command suggests a similar one', async () => {
  expect(await users(['lst'])).toMatchObject({ code: 1, err: expect.stringContaining('Did you mean list?') });
});
