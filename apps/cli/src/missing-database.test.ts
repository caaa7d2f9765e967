import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from './testing.ts';

let folder: string;
let url: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-missing-'));
  url = `sqlite:${join(folder, 'mistyped/app.db')}`;
  await writeFile(join(folder, 'users.csv'), 'username,email\nzoe,zoe@example.com\n');
});
afterEach(() => rm(folder, { recursive: true }));

test.each([
  ['users', ['list']],
  ['users', ['show', 'susan']],
  ['users', ['create', 'zoe']],
  ['users', ['passwd', 'susan']],
  ['users', ['disable', 'susan']],
  ['users', ['enable', 'susan']],
  ['users', ['role', 'susan', 'admin']],
  ['users', ['sign-out', 'susan']],
  ['users', ['export', 'FOLDER/all.csv']],
  ['users', ['import', 'FOLDER/users.csv', '--dry-run']],
  ['users', ['import', 'FOLDER/users.csv', '--yes']],
  ['shell', ['-e', '1']],
  ['db', ['downgrade']],
  ['db', ['stamp', 'head']],
  ['db', ['seed']],
  ['db', ['reset', '--yes']],
  ['db', ['doctor']],
  ['db', ['backup', 'FOLDER/app.backup']],
] as const)('pnpm %s %j reports a missing database and does not create it', async (name, words) => {
  const args = words.map((word) => word.replace('FOLDER', folder));
  expect(await runCommand(name, [...args, '--database-url', url])).toEqual({
    code: 1,
    out: '',
    err: `There is no database ${folder}/mistyped/app.db. Check the name; to create one: pnpm db upgrade\n`,
  });
  expect(await readdir(folder)).toEqual(['users.csv']);
});

test('pnpm db copy reports a missing source and creates no target', async () => {
  const target = join(folder, 'target.db');
  expect((await runCommand('db', ['copy', url, `sqlite:${target}`])).err).toMatch(/^There is no database/);
  expect(await readdir(folder)).toEqual(['users.csv']);
});

test('pnpm db upgrade creates a missing database', async () => {
  expect(await runCommand('db', ['upgrade', '--database-url', url])).toMatchObject({ code: 0, err: '' });
  expect(existsSync(join(folder, 'mistyped/app.db'))).toBe(true);
});
