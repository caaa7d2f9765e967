import { createPasswords } from '@latchkey/auth';
import { createUserStore, listUsers, openDatabase } from '@latchkey/db';
import { createTemporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from '../testing.ts';

let temporary: TemporaryDatabase;
beforeEach(async () => {
  temporary = await createTemporaryDatabase();
  // Creates the file.
  await (await openDatabase(temporary.url)).close();
});
afterEach(() => temporary.remove());

const seed = (words: string[], env: Record<string, string> = {}) =>
  runCommand('db', ['seed', ...words], { env: { DATABASE_URL: temporary.url, ...env } });

async function storedUsers() {
  const database = await openDatabase(temporary.url);
  try {
    const all = [];
    for await (const some of listUsers(database)) all.push(...some);
    const [first] = all;
    const user = first ? await createUserStore(database).findById(first.id) : null;
    return { usernames: all.map(({ username }) => username), hash: user?.passwordHash ?? '' };
  } finally {
    await database.close();
  }
}

test.each([[[]], [['--count', '5']]])(
  'pnpm db seed %j adds nothing to a database with an interrupted copy',
  async (words) => {
    const database = await openDatabase(temporary.url);
    const interruptedCopy = [
      'create table copy_progress (name varchar(255) not null primary key, last_key text null, copied integer not null, is_done integer not null)',
      "insert into copy_progress (name, last_key, copied, is_done) values ('(source)', 'db.example:5432/app', 0, 0)",
    ];
    for (const sql of interruptedCopy) await database.orm.em.getConnection().execute(sql);
    await database.close();

    const refused = await seed(words);
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('db.example:5432/app') });
    const after = await openDatabase(temporary.url);
    const tables = await after.orm.em
      .getConnection()
      .execute("select name from sqlite_schema where type = 'table'");
    await after.close();
    expect(tables).toEqual([{ name: 'copy_progress' }]);
  },
);

test.each([[[]], [['--count', '1']]])(
  'pnpm db seed %j hashes with the cost of PASSWORD_HASHING',
  async (words) => {
    expect((await seed(words, { PASSWORD_HASHING: 'fast' })).code).toBe(0);
    expect((await storedUsers()).hash).toContain('$argon2id$v=19$m=8,t=1,p=1$');
  },
);

describe('pnpm db seed --count', () => {
  test('adds N users with the printed password, to any database', async () => {
    const { code, out, err } = await seed(['--count', '300']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^Added 300 users, with \d+ sessions, \d+ remembered browsers and \d+ security events\.\n/,
    );
    const [, password = ''] = /^The password of each: (.+)$/m.exec(out) ?? [];

    expect((await seed(['--count', '300'])).out).toMatch(/^Added 300 users/);
    const { usernames, hash } = await storedUsers();
    expect(new Set(usernames).size).toBe(600);
    expect(await createPasswords().check(hash, password)).toMatchObject({ isRight: true });
  });

  test('is refused in production', async () => {
    const refused = await seed(['--count', '5'], {
      NODE_ENV: 'production',
      ORIGIN: 'https://login.example.com',
    });
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('refused in production') });
  });

  test.each([
    [['--count', '0'], '--count: found "0"; expected a whole number from 1 to 100000000.'],
    [['--count', '1e6'], '--count: found "1e6"; expected a whole number from 1 to 100000000.'],
    [
      ['--count', '5', '--seed-number', '-1'],
      '--seed-number: found "-1"; expected a whole number from 0 to 100000000.',
    ],
    [['--seed-number', '5'], '--seed-number requires --count.'],
  ])('%j is refused with a message', async (words, sentence) => {
    expect(await seed(words)).toEqual({ code: 1, out: '', err: `${sentence}\n` });
  });
});
