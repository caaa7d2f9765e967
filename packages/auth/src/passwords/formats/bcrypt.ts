import { createHmac } from 'node:crypto';
import { verify } from '@node-rs/bcrypt';
import { broken, isBcryptBounded, tooMuch } from './bounds.ts';
import { slashedInputs } from './slash-like-php.ts';
import {
  readable,
  unusable,
  withOtherInputs,
  type StoredPassword,
  type UnusablePassword,
} from './stored-password.ts';
import { trimLikePhp } from './trim-like-php.ts';

/**
 * `$2a$`, `$2b$` and `$2y$`: Devise, Laravel, Spring Security (with `{bcrypt}` in front or without), and WordPress since
 * 6.8, which hashes the password first (`$wp$2y$…`).
 * @param devisePepper what Devise appends to each password, where its `config.pepper` is set
 */
export function readBcrypt(
  hash: string,
  devisePepper: string | null,
): StoredPassword | UnusablePassword | null {
  if (hash.startsWith('$wp$')) {
    const stored = readBcryptOf(hash.slice('$wp'.length), wordpressDigest);
    return withOtherInputs(stored && { ...stored, scheme: 'WordPress bcrypt' }, slashedInputs);
  }
  const plain = readBcryptOf(hash.replace(/^\{bcrypt\}/, ''), (password) => password);
  return devisePepper ? withOtherInputs(plain, (password) => [password + devisePepper]) : plain;
}

/** @param prepare what a system does to a password before bcrypt */
export function readBcryptOf(
  hash: string,
  prepare: (password: string) => string,
): StoredPassword | UnusablePassword | null {
  const [, cost, rest = ''] = /^\$2[abxy]\$(\d\d)\$(.*)$/s.exec(hash) ?? [];
  if (!cost) return /^\$2[abxy]\$/.test(hash) ? unusable('bcrypt', broken) : null;
  if (hash.startsWith('$2x$'))
    return unusable('bcrypt', 'It was made by a version with a known fault ($2x$).');
  if (!/^[./A-Za-z\d]{53}$/.test(rest)) return unusable('bcrypt', broken);
  if (!isBcryptBounded(Number(cost))) return unusable('bcrypt', tooMuch);

  // The letters a, b and y have named the same function since 2014; the library supports `b`.
  const known = `$2b$${cost}$${rest}`;
  return readable('bcrypt', async (password) => {
    // bcrypt reads 72 bytes.
    const bytes = Buffer.from(prepare(password)).subarray(0, 72);
    if (await verify(bytes, known)) return true;
    // Libraries in C, such as PHP's, stop at a zero byte. bcryptjs does not.
    const end = bytes.indexOf(0);
    return end >= 0 && verify(bytes.subarray(0, end), known);
  });
}

/** WordPress trims a password and hashes it to 64 characters, so that bcrypt truncates nothing. */
const wordpressDigest = (password: string) =>
  createHmac('sha384', 'wp-sha384').update(trimLikePhp(password)).digest('base64');
