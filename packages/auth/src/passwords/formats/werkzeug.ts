import { createHmac } from 'node:crypto';
import { broken, digestBytes, isPbkdf2Bounded, isScryptBounded, tooMuch } from './bounds.ts';
import { decodeDigest, isEqual, isPbkdf2, isScrypt } from './digests.ts';
import { readable, unusable, type FormatReader } from './stored-password.ts';

/** The default rounds of Werkzeug 2.0, 2.3, 3.0 and 1.0: a PBKDF2 hash without rounds used one of them. */
const usualIterations = [260_000, 600_000, 1_000_000, 150_000];

/** `method$salt$hex`, as Werkzeug's `generate_password_hash` writes it. The salt is used as text. */
export const readWerkzeug: FormatReader = (hash) => {
  const [, method = '', salt = '', hex = ''] = /^([\w:]{3,60})\$([^$]*)\$(.*)$/s.exec(hash) ?? [];
  const [name = '', ...figures] = method.split(':');
  switch (name) {
    case 'scrypt':
      return scryptOf(figures, salt, hex);
    case 'pbkdf2':
      return pbkdf2Of(figures, salt, hex);
    case 'md5':
    case 'sha1':
    case 'sha256':
    case 'sha512':
      return figures.length === 0 ? readHmac(name, salt, hex) : null;
    case 'plain':
      return readPlain(salt, hex);
    default:
      return null;
  }
};

function scryptOf(figures: string[], salt: string, hex: string) {
  const scheme = 'Werkzeug scrypt';
  const [N = NaN, r = NaN, p = NaN] = figures.length === 0 ? [32_768, 8, 1] : figures.map(Number);
  const expected = decodeDigest(hex, 'hex');
  if (!salt || !expected || figures.length > 3) return unusable(scheme, broken);
  if (!isScryptBounded({ N, r, p })) return unusable(scheme, tooMuch);
  return readable(scheme, (password) => isScrypt(password, { N, r, p, salt, expected }));
}

function pbkdf2Of([digest = 'sha256', rounds, ...more]: string[], salt: string, hex: string) {
  const scheme = `Werkzeug PBKDF2 (${digest})`;
  const expected = decodeDigest(hex, 'hex');
  if (!digestBytes.has(digest)) {
    return unusable('Werkzeug PBKDF2', 'Its digest is not in use for passwords.');
  }
  if (!salt || !expected || more.length > 0) return unusable(scheme, broken);
  const candidates = rounds === undefined ? usualIterations : [Number(rounds)];
  if (!isPbkdf2Bounded(candidates, digest, expected.length)) return unusable(scheme, tooMuch);

  return readable(scheme, async (password) => {
    for (const iterations of candidates) {
      if (await isPbkdf2(password, { digest, iterations, salt, expected })) return true;
    }
    return false;
  });
}

/** Before 2013: one round of a fast hash, keyed with the salt. */
function readHmac(digest: string, salt: string, hex: string) {
  const scheme = `Werkzeug salted ${digest.toUpperCase()}`;
  const expected = decodeDigest(hex, 'hex');
  if (!salt || !expected) return unusable(scheme, broken);
  return readable(
    scheme,
    (password) => Promise.resolve(isEqual(createHmac(digest, salt).update(password).digest(), expected)),
    { isWeak: true },
  );
}

function readPlain(salt: string, text: string) {
  const scheme = 'Werkzeug plain text';
  if (salt || !text) return unusable(scheme, broken);
  const expected = Buffer.from(text);
  return readable(scheme, (password) => Promise.resolve(isEqual(Buffer.from(password), expected)), {
    isWeak: true,
  });
}
