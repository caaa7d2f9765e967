import { execFile } from 'node:child_process';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assembleApi } from '@latchkey/api';
import { cookieStore, createClient } from '@latchkey/api/client';
import { readConfig } from '@latchkey/config';
import { openDatabase } from '@latchkey/db';
import { enginesUnderTest, temporaryDatabase } from '@latchkey/db/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let place: Awaited<ReturnType<typeof temporaryDatabase>>;
beforeEach(async () => {
  place = await temporaryDatabase('sqlite');
  await db(['seed']);
});
afterEach(() => place.remove());

type Ended = { code: number; out: string; err: string };

/** Runs a command as `pnpm db …` does, without a terminal. */
function db(words: string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const settings = { env: { ...process.env, DATABASE_URL: place.url, ...env } };
    execFile(
      process.execPath,
      [join(import.meta.dirname, 'db.ts'), ...words],
      settings,
      (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, out, err });
      },
    );
  });
}

async function execute(sql: string, url = place.url): Promise<unknown> {
  const database = await openDatabase(url);
  try {
    return await database.orm.em.getConnection().execute(sql);
  } finally {
    await database.close();
  }
}

type ClientWith = (cookies: ReturnType<typeof cookieStore>) => ReturnType<typeof createClient>;

/** The API over a database, in this process, for browsers with cookies of their own. */
async function withApi(url: string, work: (clientWith: ClientWith) => Promise<void>): Promise<void> {
  const config = readConfig({ LOG_LEVEL: 'silent', RATE_LIMIT: 'off' });
  const database = await openDatabase(url);
  const { handle, stop } = await assembleApi(database, config, config.port, {});
  try {
    await work((cookies) =>
      createClient({
        url: 'http://api.in.this.process',
        fetch: handle,
        cookies,
        headers: () => ({ 'user-agent': 'a browser' }),
      }),
    );
  } finally {
    await stop();
    await database.close();
  }
}

/** For the name of a test that is skipped. */
const missingEngines = (await enginesUnderTest())
  .filter(({ problem }) => problem !== null)
  .map(({ problem }) => ` (skipped: ${problem ?? ''})`)
  .join('');

const inFolder = (name: string) => join(place.folder, name);
const userCount = 'select count(*) as users from users';
const production = { NODE_ENV: 'production', ORIGIN: 'https://login.example.com' };

describe('pnpm db copy', () => {
  test('copies, says how much, and does it once', async () => {
    const target = `sqlite:${inFolder('other.db')}`;
    const copied = await db(['copy', place.url, target]);
    expect(copied).toMatchObject({ code: 0, err: '' });
    expect(copied.out).toMatch(/^users +6$/m);
    expect(copied.out).toContain('Copied 6 rows');
    expect(await execute(userCount, target)).toEqual([{ users: 6 }]);

    const again = await db(['copy', place.url, target]);
    expect(again).toMatchObject({ code: 1, err: expect.stringMatching(/other\.db is not empty: .*\n$/) });
    expect(again.err.trim()).not.toContain('\n');
  });

  test('answers as JSON, with a checksum for each table', async () => {
    const copied = await db(['copy', place.url, `sqlite:${inFolder('other.db')}`, '--json']);
    expect(JSON.parse(copied.out)).toMatchObject({
      source: inFolder('app.db'),
      tables: expect.arrayContaining([
        { table: 'users', rows: 6, checksum: expect.stringMatching(/^[\da-f]{64}$/) },
      ]),
    });
  });

  test('makes no target when the source is not there, or is no address', async () => {
    const target = `sqlite:${inFolder('other.db')}`;
    expect(await db(['copy', `sqlite:${inFolder('mistyped.db')}`, target])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^There is no database .*mistyped\.db\./),
    });
    const refused = await db(['copy', 'oracle://u:secret@x/y', target]);
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^copy: the source is no address of a database/),
    });
    expect(refused.err).not.toContain('secret');
    expect((await readdir(place.folder)).filter((name) => /other|mistyped/.test(name))).toEqual([]);
  });
});

describe('moving from SQLite to PostgreSQL, then to MariaDB, and back', () => {
  test(`leaves everybody signed in, and with their passwords${missingEngines}`, async ({ skip }) => {
    skip(missingEngines !== '', missingEngines);
    const susan = cookieStore();
    const remembered = cookieStore();
    await withApi(place.url, async (clientWith) => {
      await clientWith(susan).auth.login.mutate({ username: 'susan', password: 'cat', remember: false });
      await clientWith(remembered).auth.login.mutate({ username: 'sam', password: 'dog', remember: true });
    });

    const stations = [
      place,
      await temporaryDatabase('postgresql'),
      await temporaryDatabase('mysql'),
      await temporaryDatabase('sqlite'),
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
        expect((await db(['doctor', '--database-url', target.url])).code).toBe(0);
      }
    } finally {
      for (const station of stations.slice(1)) await station.remove();
    }
  });
});

describe('pnpm db backup and restore', () => {
  test('bring everything back, and keep what was there', async () => {
    const file = inFolder('a.backup');
    expect(await db(['backup', file])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Wrote .*a\.backup: \d+ rows, .* a SQLite database/),
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await execute('delete from users');

    expect(await db(['restore', file])).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no terminal to ask at'),
    });
    expect(await execute(userCount)).toEqual([{ users: 0 }]);
    const restored = await db(['restore', file, '--yes']);
    expect(restored).toMatchObject({ code: 0, err: '' });
    expect(restored.out).toMatch(/What was there before is kept as .*app\.db\.before-restore-\d+/);
    expect(await execute(userCount)).toEqual([{ users: 6 }]);
  });

  test('work in the portable form too, and answer as JSON', async () => {
    const file = inFolder('a.backup');
    expect(JSON.parse((await db(['backup', file, '--portable', '--json'])).out)).toMatchObject({
      format: 'portable',
      rows: 6,
    });
    const restored = await db(['restore', file, '--yes', '--json']);
    expect(JSON.parse(restored.out)).toMatchObject({ format: 'portable', isCurrent: true });
    expect(await execute(userCount)).toEqual([{ users: 6 }]);
  });

  test('a file that is there stays, without --force', async () => {
    const file = inFolder('a.backup');
    await writeFile(file, 'a letter');
    expect(await db(['backup', file])).toMatchObject({ code: 1, err: expect.stringContaining('--force') });
    expect(await readFile(file, 'utf8')).toBe('a letter');
    expect((await db(['backup', file, '--force'])).code).toBe(0);
  });

  test('what is no backup is refused in one line, and the database is as before', async () => {
    const file = inFolder('letter');
    await writeFile(file, 'a letter');
    const refused = await db(['restore', file, '--yes']);
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringMatching(/is no backup that is known here.*\n$/),
    });
    expect(refused.err.trim()).not.toContain('\n');
    expect(await execute(userCount)).toEqual([{ users: 6 }]);
  });

  test.each([
    [
      'a server that is away',
      'postgres://nobody@127.0.0.1:1/app',
      /^No database server answers at 127\.0\.0\.1:1/,
    ],
    ['an address that is none', 'oracle://x', /^DATABASE_URL: found/],
  ])('of %s: one line, exit code 1, and no file', async (_what, url, sentence) => {
    const refused = await db(['backup', inFolder('a.backup'), '--database-url', url]);
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(sentence) });
    expect(refused.err.trim()).not.toContain('\n');
    expect(await readdir(place.folder)).not.toContain('a.backup');
  });
});

describe('pnpm db reset', () => {
  test('says what would go, and lets it go when told so', async () => {
    const refused = await db(['reset']);
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no terminal to ask at'),
    });
    expect(refused.out).toMatch(/users +6 rows/);
    expect(await execute(userCount)).toEqual([{ users: 6 }]);

    expect(await db(['reset', '--yes'])).toMatchObject({ code: 0, err: '' });
    expect(await execute(userCount)).toEqual([{ users: 0 }]);
    expect(JSON.parse((await db(['current', '--json'])).out)).toMatchObject({ isUpToDate: true });
  });

  test('in production has to be told, and says what would go', async () => {
    const refused = await db(['reset'], production);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('this is production') });
    expect(refused.out).toMatch(/users +6 rows/);
    expect((await db(['reset', '--yes'], production)).code).toBe(0);
  });
});

describe('pnpm db doctor', () => {
  test('finds nothing wrong with what pnpm db seed makes', async () => {
    const { code, out } = await db(['doctor']);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Nothing is wrong.') });
    expect(out).toMatch(/^SQLite 3\./);
    expect(out).toMatch(/setting journal_mode +wal/);
  });

  test('says what is wrong and what to do, with exit code 1', async () => {
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

  test('notes what others may read, and that is not wrong', async () => {
    await chmod(inFolder('app.db'), 0o644);
    expect(await db(['doctor'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/note +file mode +0644/),
    });
  });

  test('makes no database where there is none', async () => {
    const url = `sqlite:${inFolder('mistyped.db')}`;
    expect(await db(['doctor', '--database-url', url])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^There is no database/),
    });
    expect(await readdir(place.folder)).not.toContain('mistyped.db');
  });
});

test('each of these commands explains itself', async () => {
  for (const name of ['copy', 'backup', 'restore', 'reset', 'doctor']) {
    expect(await db([name, '--help'])).toMatchObject({
      code: 0,
      out: expect.stringContaining(`Usage: db ${name}`),
    });
  }
});
