import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { checkPassword } from '@latchkey/auth';
import { createUserStore, listUsers, openDatabase } from '@latchkey/db';
import { temporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let place: TemporaryDatabase;
beforeEach(async () => {
  place = await temporaryDatabase();
});
afterEach(() => place.remove());

type Ended = { code: number; out: string; err: string };

/** `pnpm db seed …`, without a terminal. */
function seed(words: string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const settings = { env: { ...process.env, DATABASE_URL: place.url, ...env } };
    const program = join(import.meta.dirname, '../db.ts');
    execFile(process.execPath, [program, 'seed', ...words], settings, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

async function everybody() {
  const database = await openDatabase(place.url);
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
  'pnpm db seed %j adds nothing to a database into which a copy has not come to its end',
  async (words) => {
    const database = await openDatabase(place.url);
    const half = [
      'create table copy_progress (name varchar(255) not null primary key, last_key text null, copied integer not null, is_done integer not null)',
      "insert into copy_progress (name, last_key, copied, is_done) values ('(source)', 'db.example:5432/app', 0, 0)",
    ];
    for (const sql of half) await database.orm.em.getConnection().execute(sql);
    await database.close();

    const refused = await seed(words);
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('db.example:5432/app') });
    const after = await openDatabase(place.url);
    const tables = await after.orm.em
      .getConnection()
      .execute("select name from sqlite_schema where type = 'table'");
    await after.close();
    expect(tables).toEqual([{ name: 'copy_progress' }]);
  },
);

describe('pnpm db seed --count', () => {
  test('adds so many users, to any database, who all have the password that is printed', async () => {
    const { code, out, err } = await seed(['--count', '300']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^Added 300 users, with \d+ sessions, \d+ remembered browsers and \d+ security events\.\n/,
    );
    const [, password = ''] = /^Everybody's password: (.+)$/m.exec(out) ?? [];

    expect((await seed(['--count', '300'])).out).toMatch(/^Added 300 users/);
    const { usernames, hash } = await everybody();
    expect(new Set(usernames).size).toBe(600);
    expect(await checkPassword(hash, password)).toBe(true);
  });

  test('adds nobody in production', async () => {
    const refused = await seed(['--count', '5'], {
      NODE_ENV: 'production',
      ORIGIN: 'https://login.example.com',
    });
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('not for production') });
  });

  test.each([
    [['--count', '0'], '--count: found "0"; expected a whole number from 1 to 100000000.'],
    [['--count', '1e6'], '--count: found "1e6"; expected a whole number from 1 to 100000000.'],
    [
      ['--count', '5', '--seed-number', '-1'],
      '--seed-number: found "-1"; expected a whole number from 0 to 100000000.',
    ],
    [['--seed-number', '5'], '--seed-number says which people --count makes: give both.'],
  ])('%j is refused in words', async (words, sentence) => {
    expect(await seed(words)).toEqual({ code: 1, out: '', err: `${sentence}\n` });
  });
});
