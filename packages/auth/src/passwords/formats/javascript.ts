import { broken } from './bounds.ts';
import { decodeDigest, isScrypt } from './digests.ts';
import { readable, unusable, type FormatReader } from './stored-password.ts';

/**
 * `salt:hex`, as better-auth and Lucia 3 write it, and `s2:salt:hex`, as Lucia 2 did. The oldest Lucia wrote two parts too,
 * with half of the memory. All of them normalize the password.
 */
export const readColonScrypt: FormatReader = (hash) => {
  const [, version, salt = '', hex = ''] = /^(s2:)?([A-Za-z\d]{8,64}):([\da-f]{32,256})$/i.exec(hash) ?? [];
  if (!hex) return /^s2:/.test(hash) ? unusable('Lucia scrypt', broken) : null;
  const expected = decodeDigest(hex, 'hex');
  if (expected?.length !== 64) return unusable('scrypt with a colon', broken);

  const sizes = version ? [16] : [16, 8];
  return readable(version ? 'Lucia scrypt' : 'better-auth or Lucia scrypt', async (password) => {
    const normalized = password.normalize('NFKC');
    for (const r of sizes) {
      if (await isScrypt(normalized, { N: 16_384, r, p: 1, salt, expected })) return true;
    }
    return false;
  });
};
