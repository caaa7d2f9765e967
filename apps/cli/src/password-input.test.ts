import { createPasswords } from '@latchkey/auth';
import { createUserStore, openDatabase } from '@latchkey/db';
import type { TemporaryDatabase } from '@latchkey/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDemoDatabase } from './demo-database.fixture.ts';
import { runCommand } from './testing.ts';

let temporary: TemporaryDatabase;
beforeAll(async () => {
  temporary = await createDemoDatabase();
});
afterAll(() => temporary.remove());

const passwd = (input: string | Uint8Array) =>
  runCommand('users', ['passwd', 'jack', '--password-stdin'], {
    env: { DATABASE_URL: temporary.url },
    input,
  });

async function isPasswordOfJack(password: string): Promise<boolean> {
  const database = await openDatabase(temporary.url);
  try {
    const jack = await createUserStore(database).findByLogin('jack');
    return (await createPasswords().check(jack?.passwordHash ?? null, password)).isRight;
  } finally {
    await database.close();
  }
}

const phrase = 'seven grün doors by the harbour';

test.each([
  ['a byte order mark', `\uFEFF${phrase}`],
  ['a line break', `${phrase}\n`],
  ['a line break of Windows, and a byte order mark', `\uFEFF${phrase}\r\n`],
  ['further lines', `${phrase}\nmore\n`],
])('--password-stdin reads a password without %s', async (_, input) => {
  expect(await passwd(input)).toMatchObject({ code: 0, err: '' });
  expect(await isPasswordOfJack(phrase)).toBe(true);
});

test.each([
  ['UTF-16', Buffer.from(`\uFEFF${phrase}\n`, 'utf16le'), 'is encoded in UTF-16; expected UTF-8.'],
  ['Latin-1', Buffer.from(`${phrase}\n`, 'latin1'), 'is not UTF-8 text.'],
])('--password-stdin refuses a password in %s', async (_, input, problem) => {
  expect(await passwd(input)).toEqual({ code: 1, out: '', err: `Standard input ${problem}\n` });
});
