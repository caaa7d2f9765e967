import { Argon2id } from 'oslo/password';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { describeHash } from './describe-hash.ts';
import { createPasswords } from './passwords.ts';
import { vectors } from './vectors.fixture.ts';

afterEach(() => void vi.restoreAllMocks());

const hex = (bytes: number) => 'ab'.repeat(bytes);
const base64 = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64');
const unpadded = (bytes: number) => base64(bytes).replace(/=+$/, '');

describe('a hash of another system', () => {
  test.each([
    ['memory and lanes of scrypt', `scrypt:32768:64:16$salt$${hex(64)}`],
    ['lanes of scrypt', `scrypt:32768:8:16$salt$${hex(64)}`],
    ['lanes of Django’s scrypt', `scrypt$65536$salt$8$8$${base64(64)}`],
    ['blocks of scrypt in PHC form', `$scrypt$ln=16,r=8,p=16$c2FsdHNhbHQ$${unpadded(32)}`],
    ['rounds for six blocks of SHA-1', `pbkdf2:sha1:5000000$salt$${hex(110)}`],
    ['rounds for two blocks of SHA-256', `pbkdf2:sha256:2000000$salt$${hex(33)}`],
    ['unnamed rounds for six blocks', `pbkdf2:sha1$salt$${hex(110)}`],
    ['rounds of Django’s for four blocks', `pbkdf2_sha256$1000000$salt$${base64(128)}`],
    ['passes over much memory', `$argon2id$v=19$m=262144,t=16,p=1$c2FsdHNhbHRzYWx0$${unpadded(32)}`],
    ['seconds of bcrypt', `$2b$15$${'a'.repeat(53)}`],
  ])('that needs too much work is refused: %s [T7]', async (_, stored) => {
    expect(describeHash(stored).problem).toMatch(/more work/);
    expect(await createPasswords({ hashing: 'fast' }).check(stored, 'cat')).toEqual({
      isRight: false,
      isOutdated: false,
    });
  });

  test.each([
    ['Werkzeug 3', `scrypt:32768:8:1$salt$${hex(64)}`],
    ['Werkzeug 3.1 with PBKDF2', `pbkdf2:sha256:1000000$salt$${hex(32)}`],
    ['Werkzeug with SHA-512', `pbkdf2:sha512:1000000$salt$${hex(64)}`],
    ['Django 5.2', `pbkdf2_sha256$1000000$salt$${base64(32)}`],
    ['Django 6.0', `pbkdf2_sha256$1200000$salt$${base64(32)}`],
    ['Django 6.1', `pbkdf2_sha256$1500000$salt$${base64(32)}`],
    ['a future Django', `pbkdf2_sha256$2600000$salt$${base64(32)}`],
    ['Django with scrypt', `scrypt$16384$salt$8$5$${base64(64)}`],
    ['Django with Argon2', `argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdHNhbHRzYWx0$${unpadded(32)}`],
    ['PHP’s Argon2', `$argon2id$v=19$m=65536,t=4,p=1$c2FsdHNhbHRzYWx0$${unpadded(32)}`],
    ['libsodium, moderate', `$argon2id$v=19$m=262144,t=3,p=1$c2FsdHNhbHRzYWx0$${unpadded(32)}`],
    ['the second choice of RFC 9106', `$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$${unpadded(32)}`],
    ['OWASP’s scrypt', `$scrypt$ln=17,r=8,p=1$c2FsdHNhbHQ$${unpadded(32)}`],
    ['passlib’s scrypt', `$scrypt$ln=16,r=8,p=1$c2FsdHNhbHQ$${unpadded(32)}`],
    ['Laravel 11', `$2y$12$${'a'.repeat(53)}`],
    ['WordPress', `$P$B${'a'.repeat(30)}`],
    ['better-auth', `${hex(16)}:${hex(64)}`],
  ])('that needs the usual work is accepted: %s', (_, stored) => {
    expect(describeHash(stored).problem).toBeNull();
  });
});

describe('a wrong password', () => {
  const { check, hash } = createPasswords();
  const spyOnOurHash = () => vi.spyOn(Argon2id.prototype, 'verify');
  const cheap = vectors.find(([madeBy]) => madeBy === 'Werkzeug pbkdf2:sha256:1000')?.[2] ?? '';

  test('costs one hash of ours where the stored hash is cheaper [T3]', async () => {
    const computed = spyOnOurHash();
    await check(cheap, 'wrong');
    expect(computed).toHaveBeenCalledOnce();
  });

  test('costs one hash of ours where the user is unknown [T3]', async () => {
    const computed = spyOnOurHash();
    await check(null, 'wrong');
    expect(computed).toHaveBeenCalledOnce();
  });

  test('costs no second hash where the stored one has the standard cost [T3]', async () => {
    const computed = spyOnOurHash();
    const stored = await hash('cat');
    await check(stored, 'wrong');
    // A pepper that was added later changes nothing about it.
    await createPasswords({ peppers: [{ id: '2027', secret: 'a secret' }] }).check(stored, 'wrong');
    expect(computed).not.toHaveBeenCalled();
  });

  test('costs one hash of ours where the stored Argon2 is weaker [T3]', async () => {
    const computed = spyOnOurHash();
    const weak = vectors.find(([madeBy]) => madeBy === 'argon2-cffi 25.1 argon2id')?.[2] ?? '';
    await check(weak, 'wrong');
    expect(computed).toHaveBeenCalledOnce();
  });

  test('costs more than the right one, which needs no hash of ours', async () => {
    const computed = spyOnOurHash();
    expect((await check(cheap, 'pässwörd ☃')).isRight).toBe(true);
    expect(computed).not.toHaveBeenCalled();
  });
});
