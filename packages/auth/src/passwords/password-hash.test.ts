import { expect, test } from 'vitest';
import { createPasswords } from './passwords.ts';

const passwords = createPasswords();
const isRight = async (hash: string | null, password: string) =>
  (await passwords.check(hash, password)).isRight;

test('a password is stored as Argon2id with 19 MiB, two passes and one lane [T1]', async () => {
  expect(await passwords.hash('cat')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]+\$[\w+/]+$/);
});

test('the right password verifies, another does not', async () => {
  const hash = await passwords.hash('cat');
  expect(await isRight(hash, 'cat')).toBe(true);
  expect(await isRight(hash, 'Cat')).toBe(false);
});

test('the same password never has the same hash', async () => {
  expect(await passwords.hash('cat')).not.toBe(await passwords.hash('cat'));
});

test('a password verifies in either Unicode normal form [T2]', async () => {
  expect(await isRight(await passwords.hash('p\u00e4ssword \u2603'), 'pa\u0308ssword \u2603')).toBe(true);
});

test('a password of 256 characters is not truncated [T2]', async () => {
  const long = 'x'.repeat(256);
  expect(await isRight(await passwords.hash(long), `${long.slice(0, -1)}y`)).toBe(false);
});

test('without a hash, every password is wrong', async () => {
  expect(await isRight(null, 'cat')).toBe(false);
});

test.each(['', 'cat', '$argon2id$', '$argon2id$v=19$m=99999999999,t=2,p=1$c2FsdHNhbHQ$aGFzaA', '\u0000'])(
  'the malformed hash %j refuses every password [T7]',
  async (hash) => {
    expect(await isRight(hash, 'cat')).toBe(false);
  },
);
