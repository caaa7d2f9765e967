import { describe, expect, test } from 'vitest';
import { describeHash } from './describe-hash.ts';
import { createPasswords } from './passwords.ts';
import { flaskSecuritySalt, flaskSecurityVectors } from './vectors.fixture.ts';

const plain = createPasswords({ hashing: 'fast' });
const salted = createPasswords({ hashing: 'fast', flaskSecuritySalt });

describe('a hash of Flask-Security', () => {
  test.each(flaskSecurityVectors)(
    'of %s verifies with the salt, and is outdated',
    async (_, password, stored) => {
      expect(await salted.check(stored, password)).toEqual({ isRight: true, isOutdated: true });
      expect((await salted.check(stored, `X${password}`)).isRight).toBe(false);
    },
  );

  test.each(flaskSecurityVectors)(
    'of %s refuses the password without the salt',
    async (_, password, stored) => {
      expect((await plain.check(stored, password)).isRight).toBe(false);
    },
  );

  test.each(flaskSecurityVectors)('of %s is described as needing the salt', (_, _password, stored) => {
    expect(describeHash(stored, {}, true)).toMatchObject({
      problem: null,
      missing: 'SECURITY_PASSWORD_SALT',
    });
    expect(describeHash(stored, { flaskSecuritySalt }, true)).toMatchObject({ problem: null, missing: null });
  });

  test('does not change how other hashes verify', async () => {
    const stored = await salted.hash('cat');
    expect(await salted.check(stored, 'cat')).toEqual({ isRight: true, isOutdated: false });
    expect((await salted.check(stored, 'dog')).isRight).toBe(false);
  });
});

describe('a hash of WordPress', () => {
  // Made by passlib 1.7 and Python's bcrypt 5.0 of the slashed form, which WordPress hashes.
  test.each([
    ['phpass', '$P$5lP4e3nCHR9xCT.o8//t8EiQytX9fV1'],
    ['bcrypt', '$wp$2b$05$6BAYRMpCG26ECGbScE5zE.u/GUgYNRspsSvy2cdQX2Ag67sDYqvD.'],
  ])('in %s verifies a password with quotes and backslashes', async (_, stored) => {
    expect(await plain.check(stored, `o'neil"s \\cat`)).toEqual({ isRight: true, isOutdated: true });
    expect((await plain.check(stored, 'o neil s cat')).isRight).toBe(false);
  });
});

describe('a bcrypt hash of a password with a zero byte', () => {
  // Made by bcryptjs 3.0, of "cat", a zero byte and "dog", and of "cat".
  const whole = '$2b$04$aeaWXJ1lh0rjv8AmnCg/ZOtCpPl1.U1mYw74ttq07yGxcjpiN4TYq';
  const cut = '$2b$04$E0sJQR9e70Gs0jpuzoSpOupMs02QbfESlGLs6a1RXJGclb2UjPB3W';

  test('verifies as bcryptjs hashes it, with all bytes', async () => {
    expect((await plain.check(whole, 'cat\0dog')).isRight).toBe(true);
    expect((await plain.check(whole, 'cat\0cat')).isRight).toBe(false);
    expect((await plain.check(whole, 'cat')).isRight).toBe(false);
  });

  test('verifies as libraries in C hash it, up to the zero byte', async () => {
    expect((await plain.check(cut, 'cat\0dog')).isRight).toBe(true);
  });
});

test('a hash with a pepper that is missing here is described so', async () => {
  const peppers = [{ id: '2026', secret: 'a-long-random-secret' }];
  const stored = await createPasswords({ hashing: 'fast', peppers }).hash('cat');
  expect(describeHash(stored, { peppers })).toMatchObject({ problem: null, missing: null });
  expect(describeHash(stored)).toMatchObject({ problem: null, missing: 'PASSWORD_PEPPER' });
});
