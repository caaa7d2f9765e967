import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createApi } from '@latchkey/api';
import { cookieStore, createClient } from '@latchkey/api/client';
import { readConfig } from '@latchkey/config';
import { openDatabase } from '@latchkey/db';
import {
  commitToDisk,
  enginesUnderTest,
  createTemporaryDatabase,
  type TemporaryDatabase,
} from '@latchkey/db/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDemoDatabase } from './demo-database.fixture.ts';
import { runCommand } from './testing.ts';

let temporary: TemporaryDatabase;
beforeEach(async () => {
  temporary = await createDemoDatabase('sqlite');
});
afterEach(() => temporary.remove());

const db = (words: string[], env: Record<string, string> = {}) =>
  runCommand('db', words, { env: { DATABASE_URL: temporary.url, ...env } });

async function execute(sql: string, url = temporary.url): Promise<unknown> {
  const database = await openDatabase(url);
  try {
    return await database.orm.em.getConnection().execute(sql);
  } finally {
    await database.close();
  }
}

type ClientWith = (cookies: ReturnType<typeof cookieStore>) => ReturnType<typeof createClient>;

/** Runs work with the API of a database, in this process. */
async function withApi(url: string, work: (clientWith: ClientWith) => Promise<void>): Promise<void> {
  const config = readConfig({ LOG_LEVEL: 'silent', RATE_LIMIT: 'off' });
  const database = await openDatabase(url);
  const api = createApi(database, config, config.port, {});
  try {
    await work((cookies) =>
      createClient({
        url: 'http://api.in.this.process',
        fetch: api.handle,
        cookies,
        headers: () => ({ 'user-agent': 'a browser' }),
      }),
    );
  } finally {
    await api.stop();
    await database.close();
  }
}

/** The reasons for skipping, for the name of the test. */
const missingEngines = (await enginesUnderTest())
  .filter(({ problem }) => problem !== null)
  .map(({ problem }) => ` (skipped: ${problem ?? ''})`)
  .join('');

const inFolder = (name: string) => join(temporary.folder, name);
const userCount = 'select count(*) as users from users';
const production = { NODE_ENV: 'production', ORIGIN: 'https://login.example.com' };

describe('pnpm db copy', () => {
  test('copies all rows, and refuses a second copy', async () => {
    const target = `sqlite:${inFolder('other.db')}`;
    const copied = await db(['copy', temporary.url, target]);
    expect(copied).toMatchObject({ code: 0, err: '' });
    expect(copied.out).toMatch(/^users +6$/m);
    expect(copied.out).toContain('Copied 6 rows');
    expect(await execute(userCount, target)).toEqual([{ users: 6 }]);

    const again = await db(['copy', temporary.url, target]);
    expect(again).toMatchObject({ code: 1, err: expect.stringMatching(/other\.db is not empty: .*\n$/) });
    expect(again.err.trim()).not.toContain('\n');
  });

  test('prints JSON with a checksum of each table', async () => {
    const copied = await db(['copy', temporary.url, `sqlite:${inFolder('other.db')}`, '--json']);
    expect(JSON.parse(copied.out)).toMatchObject({
      source: inFolder('app.db'),
      tables: expect.arrayContaining([
        { table: 'users', rows: 6, checksum: expect.stringMatching(/^[\da-f]{64}$/) },
      ]),
    });
  });

  test('creates no target if the source is missing or its URL invalid', async () => {
    const target = `sqlite:${inFolder('other.db')}`;
    expect(await db(['copy', `sqlite:${inFolder('mistyped.db')}`, target])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^There is no database .*mistyped\.db\./),
    });
    const refused = await db(['copy', 'oracle://u:secret@x/y', target]);
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^copy: the source is not a database URL/),
    });
    expect(refused.err).not.toContain('secret');
    expect((await readdir(temporary.folder)).filter((name) => /other|mistyped/.test(name))).toEqual([]);
  });
});

describe('copying from SQLite to PostgreSQL, to MariaDB, and back', () => {
  test(`keeps sessions and passwords valid${missingEngines}`, async ({ skip }) => {
    skip(missingEngines !== '', missingEngines);
    const susan = cookieStore();
    const remembered = cookieStore();
    await withApi(temporary.url, async (clientWith) => {
      await clientWith(susan).auth.login.mutate({ username: 'susan', password: 'cat', remember: false });
      await clientWith(remembered).auth.login.mutate({ username: 'sam', password: 'dog', remember: true });
    });

    const stations = [
      temporary,
      await createTemporaryDatabase('postgresql'),
      await createTemporaryDatabase('mysql'),
      await createTemporaryDatabase('sqlite'),
    ];
    try {
      for (const [index, target] of stations.entries()) {
        const source = stations[index - 1];
        if (!source) continue;
        expect(await db(['copy', source.url, target.url])).toMatchObject({ code: 0, err: '' });
        await withApi(target.url, async (clientWith) => {
          expect(await clientWith(susan).auth.me.query()).toMatchObject({ user: { username: 'susan' } });
          expect(await clientWith(remembered).auth.me.query()).toMatchObject({ user: { username: 'sam' } });
          const login = { username: 'jack', password: 'boo', remember: false };
          expect(await clientWith(cookieStore()).auth.login.mutate(login)).toMatchObject({
            user: { username: 'jack' },
          });
        });
        await commitToDisk(target);
        expect((await db(['doctor', '--database-url', target.url])).code).toBe(0);
      }
    } finally {
      for (const station of stations.slice(1)) await station.remove();
    }
  });
});

describe('pnpm db backup and restore', () => {
  test('restore all rows, and keep the previous database', async () => {
    const file = inFolder('a.backup');
    expect(await db(['backup', file])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Wrote .*a\.backup \(\d+ rows, .* SQLite database\) and verified it\.$/m),
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await execute('delete from users');

    expect(await db(['restore', file])).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no terminal to confirm it'),
    });
    expect(await execute(userCount)).toEqual([{ users: 0 }]);
    const restored = await db(['restore', file, '--yes']);
    expect(restored).toMatchObject({ code: 0, err: '' });
    expect(restored.out).toMatch(/The previous database is kept as .*app\.db\.before-restore-\d+/);
    expect(await execute(userCount)).toEqual([{ users: 6 }]);
  });

  test('support the portable format, and print JSON', async () => {
    const file = inFolder('a.backup');
    expect(JSON.parse((await db(['backup', file, '--portable', '--json'])).out)).toMatchObject({
      format: 'portable',
      rows: 6,
    });
    const restored = await db(['restore', file, '--yes', '--json']);
    expect(JSON.parse(restored.out)).toMatchObject({ format: 'portable', isCurrent: true });
    expect(await execute(userCount)).toEqual([{ users: 6 }]);
  });

  test('replace an existing file only with --force', async () => {
    const file = inFolder('a.backup');
    await writeFile(file, 'a document');
    expect(await db(['backup', file])).toMatchObject({ code: 1, err: expect.stringContaining('--force') });
    expect(await readFile(file, 'utf8')).toBe('a document');
    expect((await db(['backup', file, '--force'])).code).toBe(0);
  });

  test('refuse a file that is not a backup, and leave the database unchanged', async () => {
    const file = inFolder('document');
    await writeFile(file, 'a document');
    const refused = await db(['restore', file, '--yes']);
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringMatching(/is not a backup: expected .*\n$/),
    });
    expect(refused.err.trim()).not.toContain('\n');
    expect(await execute(userCount)).toEqual([{ users: 6 }]);
  });

  test.each([
    [
      'an unreachable server',
      'postgres://none@127.0.0.1:1/app',
      /^No database server answers at 127\.0\.0\.1:1/,
    ],
    ['an invalid URL', 'oracle://x', /^DATABASE_URL: found/],
  ])('of %s fail with one line, exit code 1, and no file', async (_what, url, sentence) => {
    const refused = await db(['backup', inFolder('a.backup'), '--database-url', url]);
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(sentence) });
    expect(refused.err.trim()).not.toContain('\n');
    expect(await readdir(temporary.folder)).not.toContain('a.backup');
  });
});

describe('pnpm db reset', () => {
  test('lists the tables, and drops them with --yes', async () => {
    const refused = await db(['reset']);
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no terminal to confirm it'),
    });
    expect(refused.out).toMatch(/users +6 rows/);
    expect(await execute(userCount)).toEqual([{ users: 6 }]);

    expect(await db(['reset', '--yes'])).toMatchObject({ code: 0, err: '' });
    expect(await execute(userCount)).toEqual([{ users: 0 }]);
    expect(JSON.parse((await db(['current', '--json'])).out)).toMatchObject({ isUpToDate: true });
  });

  test('requires --yes in production, and lists the tables', async () => {
    const refused = await db(['reset'], production);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('this is production') });
    expect(refused.out).toMatch(/users +6 rows/);
    expect((await db(['reset', '--yes'], production)).code).toBe(0);
  });
});

describe('pnpm db doctor', () => {
  test('finds no problems after pnpm db seed', async () => {
    const { code, out } = await db(['doctor']);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('No problems found.') });
    expect(out).toMatch(/^SQLite 3\./);
    expect(out).toMatch(/setting journal_mode +wal/);
  });

  test('prints a problem and its solution, with exit code 1', async () => {
    await db(['downgrade', '-1']);
    const { code, out } = await db(['doctor']);
    expect(code).toBe(1);
    expect(out).toMatch(/WRONG pending migrations[\s\S]*Run: pnpm db upgrade/);
    expect(JSON.parse((await db(['doctor', '--json'])).out)).toMatchObject({
      engine: 'sqlite',
      isHealthy: false,
      findings: expect.arrayContaining([
        expect.objectContaining({ check: 'pending migrations', level: 'wrong' }),
      ]),
    });
  });

  test('prints a note, not a problem, for a readable file', async () => {
    await chmod(inFolder('app.db'), 0o644);
    expect(await db(['doctor'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/note +file mode +0644/),
    });
  });

  test('does not create a missing database', async () => {
    const url = `sqlite:${inFolder('mistyped.db')}`;
    expect(await db(['doctor', '--database-url', url])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^There is no database/),
    });
    expect(await readdir(temporary.folder)).not.toContain('mistyped.db');
  });
});
