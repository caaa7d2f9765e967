/**
 * How much work a stored hash may ask for. A hash comes from a file or another database: one that asks for hours, or for
 * all of the memory, would stop the service at each sign-in (threat 7). It is the work as a whole that is bounded, to about
 * a second, and well above what any system uses today.
 */
const most = {
  /** Rounds times blocks. Django 6.1 uses 1,500,000, and grows by a fifth with each version. */
  pbkdf2Rounds: 3_000_000,
  /** N·r·p. Werkzeug and better-auth take 2^18, Django 5·2^17, OWASP 2^20. Memory is 128·N·r bytes: at most 256 MiB. */
  scryptWork: 2 ** 21,
  /** m·t in KiB. Django takes 204,800, PHP 262,144, libsodium's moderate one 786,432. */
  argon2Work: 2 ** 20,
  /** In KiB, as Argon2 says it. */
  argon2Memory: 256 * 1024,
  argon2Lanes: 16,
  /** Most take 10 to 12, and 2^15 takes seconds. */
  bcryptCost: 14,
  /** WordPress used 2^13. */
  phpassCost: 18,
};

const isWhole = (value: number, least: number, largest: number) =>
  Number.isSafeInteger(value) && value >= least && value <= largest;

/**
 * @param iterations of each hash that is computed, where there may be several
 * @param bytes how long the result is: it is made of blocks as long as the digest, each with all of the rounds
 */
export function isPbkdf2Bounded(iterations: readonly number[], digest: string, bytes: number): boolean {
  const blocks = Math.ceil(bytes / (digestBytes.get(digest) ?? 1));
  const rounds = iterations.reduce((sum, each) => sum + each * blocks, 0);
  return iterations.every((each) => isWhole(each, 1, most.pbkdf2Rounds)) && rounds <= most.pbkdf2Rounds;
}

/** The digests that are used for passwords. */
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
    isWhole(N, 2, most.scryptWork) &&
    Number.isInteger(Math.log2(N)) &&
    isWhole(r, 1, most.scryptWork) &&
    isWhole(p, 1, most.scryptWork) &&
    isWhole(N * r * p, 2, most.scryptWork)
  );
}

export function isArgon2Bounded({ m, t, p }: { m: number; t: number; p: number }): boolean {
  return (
    isWhole(p, 1, most.argon2Lanes) &&
    isWhole(m, 8 * p, most.argon2Memory) &&
    isWhole(t, 1, most.argon2Work) &&
    isWhole(m * t, 1, most.argon2Work)
  );
}

export const isBcryptBounded = (cost: number) => isWhole(cost, 4, most.bcryptCost);

export const isPhpassBounded = (cost: number) => isWhole(cost, 7, most.phpassCost);

export const tooMuch = 'It asks for more work than is done for a sign-in.';
export const broken = 'It is cut short, or damaged.';
