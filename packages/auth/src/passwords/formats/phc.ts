import { verify } from '@node-rs/argon2';
import { broken, isArgon2Bounded, isScryptBounded, tooMuch } from './bounds.ts';
import { decodeDigest, isScrypt } from './digests.ts';
import { readable, unusable, type FormatReader } from './stored-password.ts';

/** Argon2 in the format of the Password Hashing Competition: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export const readArgon2: FormatReader = (hash) => {
  const [, variant] = /^\$(argon2(?:id|i|d))\$/.exec(hash) ?? [];
  if (!variant) return null;
  const figures = argon2Figures(hash);
  if (!figures) return unusable(variant, broken);
  if (!isArgon2Bounded(figures)) return unusable(variant, tooMuch);
  return readable(variant, (password) => verify(hash, password));
};

/** @returns null for a malformed hash */
export function argon2Figures(hash: string): { variant: string; m: number; t: number; p: number } | null {
  const [, variant, m, t, p, salt = '', digest = ''] =
    /^\$(argon2(?:id|i|d))\$v=19\$m=(\d{1,9}),t=(\d{1,6}),p=(\d{1,4})\$([A-Za-z\d+/]{11,128})\$([A-Za-z\d+/]+)$/.exec(
      hash,
    ) ?? [];
  if (!variant || !salt || !decodeDigest(digest, 'base64')) return null;
  return { variant, m: Number(m), t: Number(t), p: Number(p) };
}

/** scrypt in the same format: `$scrypt$ln=…,r=…,p=…$salt$hash`. */
export const readPhcScrypt: FormatReader = (hash) => {
  if (!hash.startsWith('$scrypt$')) return null;
  const [, ln, rText, pText, salt64 = '', digest = ''] =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,4}),p=(\d{1,4})\$([A-Za-z\d+/]{8,128})\$([A-Za-z\d+/]+)$/.exec(hash) ??
    [];
  const expected = decodeDigest(digest, 'base64');
  if (!expected) return unusable('scrypt', broken);
  const figures = { N: 2 ** Number(ln), r: Number(rText), p: Number(pText) };
  if (!isScryptBounded(figures)) return unusable('scrypt', tooMuch);
  const salt = Buffer.from(salt64, 'base64');
  return readable('scrypt', (password) => isScrypt(password, { ...figures, salt, expected }));
};
