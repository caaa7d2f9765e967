import { pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derivePbkdf2 = promisify(pbkdf2);

type Bytes = Buffer | string;

/** PBKDF2 (RFC 8018 §5.2), on a worker thread. */
export async function isPbkdf2(
  password: Bytes,
  {
    digest,
    iterations,
    salt,
    expected,
  }: { digest: string; iterations: number; salt: Bytes; expected: Buffer },
): Promise<boolean> {
  return isEqual(await derivePbkdf2(password, salt, iterations, expected.length, digest), expected);
}

/** scrypt (RFC 7914), on a worker thread. */
export async function isScrypt(
  password: Bytes,
  { N, r, p, salt, expected }: { N: number; r: number; p: number; salt: Bytes; expected: Buffer },
): Promise<boolean> {
  // The memory that scrypt needs, and a margin for what Node adds to it.
  const maxmem = 128 * N * r + 128 * r * p + 1024 * 1024;
  const derived = await new Promise<Buffer>((resolve, reject) => {
    scrypt(password, salt, expected.length, { N, r, p, maxmem }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
  return isEqual(derived, expected);
}

/** Compares in constant time. */
export function isEqual(actual: Buffer, expected: Buffer): boolean {
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** The bytes of a digest in hex or base64; null when it is malformed, or shorter than any digest in use. */
export function decodeDigest(text: string, encoding: 'hex' | 'base64'): Buffer | null {
  const isWritten = encoding === 'hex' ? /^([\da-f]{2})+$/i.test(text) : /^[A-Za-z\d+/]+={0,2}$/.test(text);
  const bytes = isWritten ? Buffer.from(text, encoding) : Buffer.alloc(0);
  return bytes.length >= 16 && bytes.length <= 128 ? bytes : null;
}
