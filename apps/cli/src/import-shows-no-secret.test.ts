import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TemporaryDatabase } from '@latchkey/db/testing';
import { createMigratedDatabase } from '@latchkey/migrator/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from './testing.ts';

/** Values as the columns of other systems have them. */
const secrets = [
  '$argon2id$v=19$m=65536,t=3,p=4$MzFqYUtTRVdqVDBt$9pGp0Q1b6Vv0nq8r0mB1cLQ0u3r1l0F0s1x7Qy0k2mE',
  '$2b$12$knQg3t3DNgVlrC5v.5WOdeTu2e5A/4NAo8VAQciVCVFXRkbL1gCie',
  'pbkdf2:sha256:1000$tUqaeoZx$8ca642ffd8e036c9a5e7b6cda14479274e6abf3f774a3ba73f9f5a1730ddb1c6',
  '5f4dcc3b5aa765d61d8327deb882cf99',
  'b7699d31b6e870fc821472a992ab213b:277649d05095e30e5b3c1381c6c5e4f2d8470a8efb2e1a85',
  'jSPPbIboNKeqbt7VTCbOK7LnSQNTjGG9',
  'Il3mE/0KuX2Fgvla+/f35ug=',
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
];

let temporary: TemporaryDatabase;
beforeEach(async () => {
  temporary = await createMigratedDatabase();
});
afterEach(() => temporary.remove());

const text = (lines: (readonly string[])[], separator: string) =>
  lines.map((cells) => `${cells.join(separator)}\n`).join('');

const quoted = (cells: string[]) => cells.map((cell) => `"${cell}"`);

const files = {
  'no header line': (cell: string) =>
    text(
      [
        [cell, cell, cell],
        [cell, cell, cell],
      ],
      ',',
    ),
  'an address in the first line': (cell: string) => text([['susan', 'susan@example.com', cell]], ','),
  'a known name in the first line': (cell: string) =>
    text(
      [
        ['name', 'login', cell],
        ['a', 'b', cell],
      ],
      ',',
    ),
  'confused columns': (cell: string) =>
    text(
      [['username', 'email', 'password_hash', 'created_at', 'is_admin', 'id'], Array<string>(6).fill(cell)],
      ',',
    ),
  'a hash as user name': (cell: string) =>
    text(
      [
        ['username', 'email'],
        [cell, 'susan@example.com'],
        [cell, 's@example.com'],
      ],
      ',',
    ),
  'a user name column only': (cell: string) =>
    text(
      [
        ['username', 'password_hash'],
        [cell, cell],
      ],
      ',',
    ),
  'another separator': (cell: string) =>
    text(
      [
        ['username', 'password_hash'],
        ['susan', cell],
      ],
      '\t',
    ),
  'a column too many': (cell: string) =>
    text(
      [
        ['username', 'password_hash'],
        ['susan', cell, cell],
      ],
      ',',
    ),
  'a column twice': (cell: string) =>
    text(
      [
        ['username', 'password_hash', 'password_hash'],
        [cell, cell, cell],
      ],
      ',',
    ),
  'a quote within a value': (cell: string) =>
    text(
      [
        ['username', 'password_hash'],
        ['susan', `x${cell}"y`],
      ],
      ',',
    ),
  'a quote that is not closed': (cell: string) =>
    text(
      [
        ['username', 'password_hash'],
        ['susan', `"${cell}`],
      ],
      ',',
    ),
  'quoted values': (cell: string) => text([quoted(['username', 'email']), quoted([cell, cell])], ';'),
  'JSON with other keys': (cell: string) => `{"${cell}":"${cell}"}\n`,
  'JSON with an unknown key': (cell: string) => `{"username":"susan","${cell}":"${cell}"}\n`,
  'JSON with confused keys': (cell: string) =>
    `{"username":"${cell}","email":"${cell}","role":{"x":"${cell}"},"created_at":"${cell}"}\n`,
  'JSON that is cut off': (cell: string) => `{"username":"susan","password_hash":"${cell}\n`,
  'a JSON array': (cell: string) => `[{"username":"${cell}"}]\n`,
  'a JSON text': (cell: string) => `"${cell}"\n`,
};

const users = (words: string[]) => runCommand('users', words, { env: { DATABASE_URL: temporary.url } });

const options = [
  [],
  ['--json', '--skip-bad'],
  ['--map', 'nothing=username'],
  ['--separator', ';'],
  ['--format', 'jsonl'],
  ['--drop-unreadable'],
];

test.each(Object.entries(files))('an import shows no secret of a file with %s', async (_, contentOf) => {
  for (const [index, secret] of secrets.entries()) {
    const path = join(temporary.folder, `users${index}.txt`);
    await writeFile(path, contentOf(secret));
    const { out, err } = await users([
      'import',
      path,
      '--dry-run',
      ...(options[index % options.length] ?? []),
    ]);
    expect(out + err).not.toContain(secret);
  }
});

test.each(secrets)('an import shows no secret of a database with %s', async (secret) => {
  const path = join(temporary.folder, 'old.db');
  const old = new DatabaseSync(path);
  old.exec(`create table user (id, "${secret}", email, password_hash, created_at)`);
  old.prepare('insert into user values (?, ?, ?, ?, ?)').run(secret, secret, secret, secret, secret);
  old.prepare('insert into user values (1, ?, ?, ?, null)').run(secret, 'susan@example.com', secret);
  old.close();
  for (const system of ['flask', 'django', 'devise']) {
    const { out, err } = await users(['import', '--from', system, '--source', `sqlite:${path}`, '--dry-run']);
    expect(out + err).not.toContain(secret);
  }
});

test('an error of the database while writing shows no value of a user', async () => {
  const [hash = ''] = secrets;
  const target = new DatabaseSync(temporary.url.slice('sqlite:'.length));
  target.exec(
    "create trigger refuse before insert on users begin select raise(abort, 'refused') where new.username = 'susan'; end",
  );
  target.close();
  const path = join(temporary.folder, 'users.csv');
  await writeFile(path, `username,password_hash\nsusan,"${hash}"\n`);
  const { code, out, err } = await users(['import', path, '--yes']);
  expect(code).toBe(1);
  expect(out + err).not.toContain(hash);
});
