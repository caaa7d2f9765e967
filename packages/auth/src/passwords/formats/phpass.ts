import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { broken, isPhpassBounded, tooMuch } from './bounds.ts';
import { isEqual } from './digests.ts';
import { readable, unusable, type FormatReader } from './stored-password.ts';
import { trimLikePhp } from './trim-like-php.ts';

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `$P$` (WordPress before 6.8) and `$H$` (phpBB): repeated MD5 (Openwall, "phpass"). */
export const readPhpass: FormatReader = (hash) => {
  if (!/^\$[PH]\$/.test(hash)) return null;
  const scheme = 'phpass';
  const [, letter = '', salt = '', encoded = ''] = /^\$[PH]\$(.)(.{8})([./A-Za-z\d]{22})$/s.exec(hash) ?? [];
  if (!encoded) return unusable(scheme, broken);
  const cost = alphabet.indexOf(letter);
  if (!isPhpassBounded(cost)) return unusable(scheme, tooMuch);

  const expected = Buffer.from(encoded);
  return readable(scheme, async (typed) => {
    const password = hash.startsWith('$P$') ? trimLikePhp(typed) : typed;
    // WordPress's limit.
    const bytes = Buffer.from(password);
    if (bytes.length > 4096) return false;
    return isEqual(Buffer.from(encode(await stretch(bytes, salt, 2 ** cost))), expected);
  });
};

async function stretch(password: Buffer, salt: string, rounds: number): Promise<Buffer> {
  let digest = createHash('md5').update(salt, 'latin1').update(password).digest();
  for (let round = 1; round <= rounds; round++) {
    digest = createHash('md5').update(digest).update(password).digest();
    // Gives other requests a turn.
    if (round % 2048 === 0) await setImmediate();
  }
  return digest;
}

/** phpass's variant of base64: lowest bits first. */
function encode(bytes: Buffer): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const chunk = (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16);
    const letters = Math.min(4, Math.ceil(((bytes.length - i) * 8) / 6));
    for (let j = 0; j < letters; j++) text += alphabet.charAt((chunk >> (6 * j)) & 63);
  }
  return text;
}
