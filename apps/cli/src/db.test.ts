import { createTemporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from './testing.ts';

let temporary: TemporaryDatabase;
beforeEach(async () => {
  temporary = await createTemporaryDatabase();
});
afterEach(() => temporary.remove());

const db = (words: string[], env: Record<string, string> = {}) =>
  runCommand('db', words, { env: { DATABASE_URL: temporary.url, ...env } });

const names = [
  'migrate',
  'upgrade',
  'downgrade',
  'current',
  'history',
  'heads',
  'branches',
  'show',
  'stamp',
  'check',
  'sql',
  'edit',
  'merge',
  'seed',
  'copy',
  'backup',
  'restore',
  'reset',
  'doctor',
];

describe('pnpm db', () => {
  test('upgrades, shows the revision, seeds once, and downgrades', async () => {
    expect((await db(['current'])).out).toContain('No migration is applied.');
    expect(await db(['upgrade'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^applied Migration\d+_/),
    });
    expect((await db(['upgrade'])).out).toBe('The schema is up to date.\n');
    expect(JSON.parse((await db(['current', '--json'])).out)).toMatchObject({ isUpToDate: true });
    expect((await db(['seed'])).out).toContain('Added 6 demo users');
    expect((await db(['seed'])).out).toContain('none were added');
    expect((await db(['downgrade', 'base'])).out).toMatch(/^reverted Migration/);
    expect((await db(['downgrade', '-2'])).out).toBe('There is no migration to revert.\n');
  });

  test('uses the database of --database-url', async () => {
    const other = await createTemporaryDatabase();
    expect((await db(['upgrade', '--database-url', other.url])).code).toBe(0);
    expect((await db(['current'])).out).toContain('No migration is applied.');
    await other.remove();
  });

  test('refuses to seed in production', async () => {
    const seeded = await db(['seed'], {
      NODE_ENV: 'production',
      ORIGIN: 'https://login.example.com',
    });
    expect(seeded).toMatchObject({
      code: 1,
      err: 'Demo users have public passwords: seeding is refused in production.\n',
    });
  });

  test.each([
    [['downgrade', '-0'], /^downgrade: found -0; expected -N/],
    [['downgrade', '-x'], /^error: unknown option '-x'\nFor help: pnpm db downgrade --help$/m],
    [['downgrade', '--resumed'], /^error: unknown option '--resumed'\n\(Did you mean --resume\?\)$/m],
    [
      ['upgrades'],
      /^error: unknown command 'upgrades'\n\(Did you mean upgrade\?\)\nFor help: pnpm db --help\n$/,
    ],
    [['nonsense'], /unknown command 'nonsense'/],
    [['upgrade', '--database-url', 'oracle://x'], /^DATABASE_URL: found/],
    [
      ['upgrade', '--database-url', 'postgres://none@127.0.0.1:1/app'],
      /^No database server answers at 127\.0\.0\.1:1\/app\./,
    ],
  ])('%j is refused with a message and exit code 1', async (words, sentence) => {
    const refused = await db(words);
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(sentence) });
    expect(refused.err).not.toMatch(/^\s+at /m);
  });

  test('describes each command in --help', async () => {
    const { code, out } = await db(['--help']);
    expect(code).toBe(0);
    for (const name of names) expect(out).toMatch(new RegExp(`^  ${name} +[A-Z]`, 'm'));
  });

  test.each(names)('%s has --help', async (name) => {
    expect(await db([name, '--help'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(new RegExp(`^Usage: pnpm db ${name} .*\\n\\n[A-Z][^]*?\\.\\n`)),
    });
  });
});
