import { Argon2id } from 'oslo/password';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createPasswords, describeHash } from './passwords.ts';
import { vectors } from './vectors.fixture.ts';

afterEach(() => void vi.restoreAllMocks());

const hex = (bytes: number) => 'ab'.repeat(bytes);
const base64 = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64');
const unpadded = (bytes: number) => base64(bytes).replace(/=+$/, '');

describe('the work that a hash asks for', () => {
  test.each([
    ['memory and lanes of scrypt', `scrypt:32768:64:16$salt$${hex(64)}`],
    ['lanes of scrypt', `scrypt:32768:8:16$salt$${hex(64)}`],
    ['lanes of Django’s scrypt', `scrypt$65536$salt$8$8$${base64(64)}`],
    ['blocks of scrypt in PHC form', `$scrypt$ln=16,r=8,p=16$c2FsdHNhbHQ$${unpadded(32)}`],
    ['rounds for six blocks of SHA-1', `pbkdf2:sha1:5000000$salt$${hex(110)}`],
    ['rounds for two blocks of SHA-256', `pbkdf2:sha256:2000000$salt$${hex(33)}`],
    ['rounds that are not said, for six blocks', `pbkdf2:sha1$salt$${hex(110)}`],
    ['rounds of Django’s for four blocks', `pbkdf2_sha256$1000000$salt$${base64(128)}`],
    ['passes over much memory', `$argon2id$v=19$m=262144,t=16,p=1$c2FsdHNhbHRzYWx0$${unpadded(32)}`],
    ['bcrypt that takes seconds', `$2b$15$${'a'.repeat(53)}`],
  ])('threat 7: is refused where it is too much together: %s', async (_, stored) => {
    expect(describeHash(stored).problem).toMatch(/more work/);
    expect(await createPasswords().check(stored, 'cat')).toEqual({ isRight: false, isOutdated: false });
  });

  test.each([
    ['Werkzeug 3', `scrypt:32768:8:1$salt$${hex(64)}`],
    ['Werkzeug 3.1 with PBKDF2', `pbkdf2:sha256:1000000$salt$${hex(32)}`],
    ['Werkzeug with SHA-512', `pbkdf2:sha512:1000000$salt$${hex(64)}`],
    ['Django 5.2', `pbkdf2_sha256$1000000$salt$${base64(32)}`],
    ['Django 6.0', `pbkdf2_sha256$1200000$salt$${base64(32)}`],
    ['Django 6.1', `pbkdf2_sha256$1500000$salt$${base64(32)}`],
    ['a Django to come', `pbkdf2_sha256$2600000$salt$${base64(32)}`],
    ['Django with scrypt', `scrypt$16384$salt$8$5$${base64(64)}`],
    ['Django with Argon2', `argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdHNhbHRzYWx0$${unpadded(32)}`],
    ['PHP’s Argon2', `$argon2id$v=19$m=65536,t=4,p=1$c2FsdHNhbHRzYWx0$${unpadded(32)}`],
    ['libsodium, moderate', `$argon2id$v=19$m=262144,t=3,p=1$c2FsdHNhbHRzYWx0$${unpadded(32)}`],
    ['RFC 9106, the second choice', `$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$${unpadded(32)}`],
    ['OWASP’s scrypt', `$scrypt$ln=17,r=8,p=1$c2FsdHNhbHQ$${unpadded(32)}`],
    ['passlib’s scrypt', `$scrypt$ln=16,r=8,p=1$c2FsdHNhbHQ$${unpadded(32)}`],
    ['Laravel 11', `$2y$12$${'a'.repeat(53)}`],
    ['WordPress', `$P$B${'a'.repeat(30)}`],
    ['better-auth', `${hex(16)}:${hex(64)}`],
  ])('is done for what is usual: %s', (_, stored) => {
    expect(describeHash(stored).problem).toBeNull();
  });
});

describe('a wrong password', () => {
  const { check, hash } = createPasswords();
  const ofOurs = () => vi.spyOn(Argon2id.prototype, 'verify');
  const cheap = vectors.find(([madeBy]) => madeBy === 'Werkzeug pbkdf2:sha256:1000')?.[2] ?? '';

  test('threat 3: costs a hash of ours also where the stored one is cheaper', async () => {
    const computed = ofOurs();
    await check(cheap, 'wrong');
    expect(computed).toHaveBeenCalledOnce();
    await check(null, 'wrong');
    expect(computed).toHaveBeenCalledTimes(2);
  });

  test('threat 3: costs none more where the stored one is Argon2 of today, under another pepper too', async () => {
    const computed = ofOurs();
    const stored = await hash('cat');
    await createPasswords({ peppers: [{ id: '2027', secret: 'a secret' }] }).check(stored, 'wrong');
    await check(stored, 'wrong');
    expect(computed).not.toHaveBeenCalled();
  });

  test('threat 3: costs a hash of ours also where the stored Argon2 is weaker', async () => {
    const computed = ofOurs();
    const weak = vectors.find(([madeBy]) => madeBy === 'argon2-cffi 25.1 argon2id')?.[2] ?? '';
    await check(weak, 'wrong');
    expect(computed).toHaveBeenCalledOnce();
  });

  test('the right one costs nothing more', async () => {
    const computed = ofOurs();
    expect((await check(cheap, 'pässwörd ☃')).isRight).toBe(true);
    expect(computed).not.toHaveBeenCalled();
  });
});

test('WordPress trims a password before it hashes it, and so does the check', async () => {
  const { check } = createPasswords();
  const [, , stored = ''] = vectors.find(([madeBy, of]) => madeBy === 'WordPress 6.1' && of === 'cat') ?? [];
  expect((await check(stored, ' cat\n')).isRight).toBe(true);
  expect((await check(stored, 'c at')).isRight).toBe(false);
  // phpBB does not.
  expect((await check(stored.replace('$P$', '$H$'), ' cat')).isRight).toBe(false);
});
