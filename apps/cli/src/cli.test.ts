import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { temporaryDatabase } from '@latchkey/db/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let place: Awaited<ReturnType<typeof temporaryDatabase>>;
beforeEach(async () => {
  place = await temporaryDatabase();
});
afterEach(() => place.remove());

type Ended = { code: number; out: string; err: string };

/** Runs a command as `pnpm NAME …` does. */
function command(name: 'db', words: string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, DATABASE_URL: place.url, ...env } };
    execFile(
      process.execPath,
      [join(import.meta.dirname, `${name}.ts`), ...words],
      options,
      (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, out, err });
      },
    );
  });
}

describe('pnpm db', () => {
  test('upgrades, says where it is, seeds once, and goes back', async () => {
    expect((await command('db', ['current'])).out).toContain('No migration has run here.');
    expect(await command('db', ['upgrade'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^applied Migration\d+_/),
    });
    expect((await command('db', ['upgrade'])).out).toBe('The schema is up to date.\n');
    expect(JSON.parse((await command('db', ['current', '--json'])).out)).toMatchObject({ isUpToDate: true });
    expect((await command('db', ['seed'])).out).toContain('Added 6 demo users');
    expect((await command('db', ['seed'])).out).toContain('none was added');
    expect((await command('db', ['downgrade', 'base'])).out).toMatch(/^took back Migration/);
    expect((await command('db', ['downgrade', '-2'])).out).toBe('There is no migration to take back.\n');
  });

  test('works on another database when told so', async () => {
    const other = await temporaryDatabase();
    expect((await command('db', ['upgrade', '--database-url', other.url])).code).toBe(0);
    expect((await command('db', ['current'])).out).toContain('No migration has run here.');
    await other.remove();
  });

  test('seeds nothing in production', async () => {
    const seeded = await command('db', ['seed'], {
      NODE_ENV: 'production',
      ORIGIN: 'https://login.example.com',
    });
    expect(seeded).toMatchObject({
      code: 1,
      err: 'Demo users have public passwords: they are not for production.\n',
    });
  });

  test.each([
    [['downgrade', '-x'], /^downgrade: found -x; expected -N/],
    [['nonsense'], /unknown command 'nonsense'/],
    [['upgrade', '--database-url', 'oracle://x'], /^DATABASE_URL: found/],
    [
      ['upgrade', '--database-url', 'postgres://nobody@127.0.0.1:1/app'],
      /^No database server answers at 127\.0\.0\.1:1\/app\./,
    ],
  ])('%j is refused in words, with exit code 1', async (words, sentence) => {
    const refused = await command('db', words);
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(sentence) });
    expect(refused.err).not.toMatch(/^\s+at /m);
  });

  test('each command explains itself', async () => {
    for (const words of [[], ['upgrade'], ['downgrade'], ['current'], ['seed']]) {
      expect(await command('db', [...words, '--help'])).toMatchObject({
        code: 0,
        out: expect.stringContaining('Usage: db'),
      });
    }
  });
});
