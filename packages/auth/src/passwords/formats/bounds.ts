/**
 * The work that a stored hash may need. Hashes come from files and other databases: one that needs hours, or all of the
 * memory, would block the service at each sign-in (docs/security.md, 7). The total is limited to about a second, well
 * above what any system uses today.
 */
const limits = {
  /** Rounds times blocks. Django 6.1 uses 1,500,000, and grows by a fifth with each version. */
  pbkdf2Rounds: 3_000_000,
  /** N·r·p. Werkzeug and better-auth use 2^18, Django 5·2^17, OWASP 2^20. Memory is 128·N·r bytes: at most 256 MiB. */
  scryptWork: 2 ** 21,
  /** m·t in KiB. Django uses 204,800, PHP 262,144, libsodium's moderate level 786,432. */
  argon2Work: 2 ** 20,
  /** In KiB. */
  argon2Memory: 256 * 1024,
  argon2Lanes: 16,
  /** Most systems use 10 to 12; 15 takes seconds. */
  bcryptCost: 14,
  /** WordPress used 2^13. */
  phpassCost: 18,
};

const isIntegerBetween = (value: number, min: number, max: number) =>
  Number.isSafeInteger(value) && value >= min && value <= max;

/**
 * @param iterations of each hash to compute, where several are possible
 * @param bytes length of the result, which consists of blocks as long as the digest, each with all rounds
 */
export function isPbkdf2Bounded(iterations: readonly number[], digest: string, bytes: number): boolean {
  const blocks = Math.ceil(bytes / (digestBytes.get(digest) ?? 1));
  const rounds = iterations.reduce((sum, each) => sum + each * blocks, 0);
  return (
    iterations.every((each) => isIntegerBetween(each, 1, limits.pbkdf2Rounds)) &&
    rounds <= limits.pbkdf2Rounds
  );
}

/** The digests in use for passwords, and their length in bytes. */
export const digestBytes: ReadonlyMap<string, number> = new Map([
  ['sha1', 20],
  ['sha224', 28],
  ['sha256', 32],
  ['sha384', 48],
  ['sha512', 64],
]);

/** RFC 7914 §2: N is a power of two. */
export function isScryptBounded({ N, r, p }: { N: number; r: number; p: number }): boolean {
  return (
    isIntegerBetween(N, 2, limits.scryptWork) &&
    Number.isInteger(Math.log2(N)) &&
    isIntegerBetween(r, 1, limits.scryptWork) &&
    isIntegerBetween(p, 1, limits.scryptWork) &&
    isIntegerBetween(N * r * p, 2, limits.scryptWork)
  );
}

export function isArgon2Bounded({ m, t, p }: { m: number; t: number; p: number }): boolean {
  return (
    isIntegerBetween(p, 1, limits.argon2Lanes) &&
    isIntegerBetween(m, 8 * p, limits.argon2Memory) &&
    isIntegerBetween(t, 1, limits.argon2Work) &&
    isIntegerBetween(m * t, 1, limits.argon2Work)
  );
}

export const isBcryptBounded = (cost: number) => isIntegerBetween(cost, 4, limits.bcryptCost);

export const isPhpassBounded = (cost: number) => isIntegerBetween(cost, 7, limits.phpassCost);

export const tooMuch = 'It needs more work than a sign-in allows.';
export const broken = 'It is truncated or damaged.';
