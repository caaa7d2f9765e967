import { expect, test } from 'vitest';
import { checkPassword, hashPassword } from './password-hash.ts';

test('threat 1: a password is kept as Argon2id with 19 MiB, two passes and one lane', async () => {
  expect(await hashPassword('cat')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]+\$[\w+/]+$/);
});

test('the right password is right, another is not', async () => {
  const hash = await hashPassword('cat');
  expect(await checkPassword(hash, 'cat')).toBe(true);
  expect(await checkPassword(hash, 'Cat')).toBe(false);
});

test('the same password never has the same hash', async () => {
  expect(await hashPassword('cat')).not.toBe(await hashPassword('cat'));
});

test('threat 2: a password may be any Unicode, in either normal form, of any length', async () => {
  expect(await checkPassword(await hashPassword('p\u00e4ssword \u2603'), 'pa\u0308ssword \u2603')).toBe(true);
  const long = 'x'.repeat(256);
  expect(await checkPassword(await hashPassword(long), `${long.slice(0, -1)}y`)).toBe(false);
});

test('nobody has no password', async () => {
  expect(await checkPassword(null, 'cat')).toBe(false);
});

test.each(['', 'cat', '$argon2id$', '$argon2id$v=19$m=99999999999,t=2,p=1$c2FsdHNhbHQ$aGFzaA', '\u0000'])(
  'threat 7: the broken hash %j fits no password and throws nothing',
  async (hash) => {
    expect(await checkPassword(hash, 'cat')).toBe(false);
  },
);
