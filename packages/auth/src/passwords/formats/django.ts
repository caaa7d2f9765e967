import { createHash } from 'node:crypto';
import { broken, isPbkdf2Bounded, isScryptBounded, tooMuch } from './bounds.ts';
import { readBcryptOf } from './bcrypt.ts';
import { decodeDigest, isEqual, isPbkdf2, isScrypt } from './digests.ts';
import { readArgon2 } from './phc.ts';
import { readable, unusable, type FormatReader } from './stored-password.ts';

/** `algorithm$…`, as Django's `make_password` writes it. */
export const readDjango: FormatReader = (hash) => {
  const at = hash.indexOf('$');
  const rest = hash.slice(at + 1);
  switch (hash.slice(0, Math.max(at, 0))) {
    case 'pbkdf2_sha256':
      return pbkdf2Of('sha256', rest);
    case 'pbkdf2_sha1':
      return pbkdf2Of('sha1', rest);
    case 'argon2':
      return named('Django Argon2', readArgon2(`$${rest}`));
    case 'bcrypt':
      return named(
        'Django bcrypt',
        readBcryptOf(rest, (password) => password),
      );
    case 'bcrypt_sha256':
      return named('Django bcrypt over SHA-256', readBcryptOf(rest, sha256Hex));
    case 'scrypt':
      return scryptOf(rest);
    case 'md5':
    case 'sha1':
      return saltedOf(hash.slice(0, at) === 'md5' ? 'md5' : 'sha1', rest);
    case '':
      // `UnsaltedMD5PasswordHasher`; WordPress before 2.5 wrote the same.
      return at < 0 && /^[\da-f]{32}$/i.test(hash) ? saltedOf('md5', `$${hash}`) : null;
    default:
      return null;
  }
};

function pbkdf2Of(digest: string, rest: string) {
  const scheme = `Django PBKDF2 (${digest})`;
  const [rounds = '', salt = '', base64 = '', ...more] = rest.split('$');
  const expected = decodeDigest(base64, 'base64');
  if (!salt || !expected || more.length > 0) return unusable(scheme, broken);
  const iterations = Number(rounds);
  if (!isPbkdf2Bounded([iterations], digest, expected.length)) return unusable(scheme, tooMuch);
  return readable(scheme, (password) => isPbkdf2(password, { digest, iterations, salt, expected }));
}

/** `scrypt$N$salt$r$p$base64`. Werkzeug's scrypt has its parameters before the first `$`, or none. */
function scryptOf(rest: string) {
  const [N = NaN, salt = '', r = NaN, p = NaN, base64, ...more] = rest
    .split('$')
    .map((part, index) => ([0, 2, 3].includes(index) ? Number(part) : part)) as [
    number?,
    string?,
    number?,
    number?,
    string?,
    ...unknown[],
  ];
  if (base64 === undefined) return null;
  const scheme = 'Django scrypt';
  const expected = decodeDigest(base64, 'base64');
  if (!salt || !expected || more.length > 0) return unusable(scheme, broken);
  if (!isScryptBounded({ N, r, p })) return unusable(scheme, tooMuch);
  return readable(scheme, (password) => isScrypt(password, { N, r, p, salt, expected }));
}

/** `md5$salt$hex` and `sha1$salt$hex`; the salt may be empty. Werkzeug writes the same for an HMAC, so either may match. */
function saltedOf(digest: 'md5' | 'sha1', rest: string) {
  const [salt = '', hex = '', ...more] = rest.split('$');
  const scheme = `${salt ? 'Salted' : 'Unsalted'} ${digest === 'md5' ? 'MD5' : 'SHA-1'}`;
  const expected = decodeDigest(hex, 'hex');
  if (!expected || more.length > 0) return null;
  const derive = (password: string) =>
    createHash(digest)
      .update(salt + password)
      .digest();
  return readable(scheme, (password) => Promise.resolve(isEqual(derive(password), expected)), {
    isWeak: true,
  });
}

const sha256Hex = (password: string) => createHash('sha256').update(password).digest('hex');

const named = <T extends object | null>(scheme: string, stored: T): T => stored && { ...stored, scheme };
