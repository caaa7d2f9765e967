import { createHash, createHmac } from 'node:crypto';
import { readBcryptOf } from './bcrypt.ts';
import { broken, isPbkdf2Bounded, tooMuch } from './bounds.ts';
import { decodeDigest, isPbkdf2 } from './digests.ts';
import { readable, unusable, type FormatReader } from './stored-password.ts';

/** passlib (Python): `$pbkdf2$…`, `$pbkdf2-sha256$…`, `$pbkdf2-sha512$…` and `$bcrypt-sha256$…`. */
export const readPasslib: FormatReader = (hash) => {
  if (hash.startsWith('$bcrypt-sha256$')) return bcryptSha256Of(hash);
  return /^\$pbkdf2(-sha\d+)?\$/.test(hash) ? pbkdf2Of(hash) : null;
};

/** `$pbkdf2-DIGEST$ROUNDS$SALT$HASH`; without a digest it is SHA-1 (passlib/handlers/pbkdf2.py). */
function pbkdf2Of(hash: string) {
  const [, digest = 'sha1', rounds = '', salt = '', result = ''] =
    /^\$pbkdf2(?:-(sha256|sha512))?\$(\d{1,9})\$([A-Za-z\d./]{1,1366})\$([A-Za-z\d./]+)$/.exec(hash) ?? [];
  const scheme = `passlib PBKDF2 (${digest})`;
  const expected = decodeDigest(toBase64(result), 'base64');
  if (!expected) return unusable('passlib PBKDF2', broken);
  const iterations = Number(rounds);
  if (!isPbkdf2Bounded([iterations], digest, expected.length)) return unusable(scheme, tooMuch);
  const figures = { digest, iterations, salt: Buffer.from(toBase64(salt), 'base64'), expected };
  return readable(scheme, (password) => isPbkdf2(password, figures));
}

/** passlib's `ab64`: base64 with a dot in place of the plus sign, without padding. */
const toBase64 = (text: string) => text.replaceAll('.', '+');

/** `$bcrypt-sha256$v=2,t=2b,r=12$SALT$HASH`; version 1 is `$bcrypt-sha256$2b,12$SALT$HASH` (passlib/handlers/bcrypt.py). */
function bcryptSha256Of(hash: string) {
  const scheme = 'passlib bcrypt over SHA-256';
  const [, version, cost = '', salt = '', result = ''] =
    /^\$bcrypt-sha256\$(?:(v=2),t=2b,r=|2[aby],)(\d{1,2})\$([./A-Za-z\d]{22})\$([./A-Za-z\d]{31})$/.exec(
      hash,
    ) ?? [];
  if (!result) return unusable(scheme, broken);
  const digest = (password: string) =>
    (version ? createHmac('sha256', salt) : createHash('sha256')).update(password);
  const stored = readBcryptOf(`$2b$${cost.padStart(2, '0')}$${salt}${result}`, (password) =>
    digest(password).digest('base64'),
  );
  return stored && { ...stored, scheme };
}
