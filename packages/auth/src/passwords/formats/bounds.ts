/**
 * How much work a stored hash may ask for. A hash comes from a file or another database: one that asks for hours, or for
 * all of the memory, would stop the service at each sign-in (threat 7). Well above what any system uses today.
 */
const most = {
  /** Django 6 uses 1,200,000, and grows by a fifth a year. */
  pbkdf2Iterations: 5_000_000,
  /** Werkzeug and better-auth take 32 MiB, and four times that is thinkable. */
  scryptBytes: 256 * 1024 * 1024,
  scryptParallelism: 16,
  /** Django takes 100 MiB. In KiB, as Argon2 says it. */
  argon2Memory: 256 * 1024,
  argon2Passes: 16,
  argon2Lanes: 16,
  /** 2^15 takes seconds, and nobody goes beyond 14. */
  bcryptCost: 15,
  /** WordPress used 2^13. */
  phpassCost: 18,
};

const isWhole = (value: number, least: number, largest: number) =>
  Number.isSafeInteger(value) && value >= least && value <= largest;

export const isPbkdf2Bounded = (iterations: number) => isWhole(iterations, 1, most.pbkdf2Iterations);

/** RFC 7914 §2: N is a power of two. */
export function isScryptBounded({ N, r, p }: { N: number; r: number; p: number }): boolean {
  return (
    isWhole(N, 2, 2 ** 24) &&
    Number.isInteger(Math.log2(N)) &&
    isWhole(r, 1, 64) &&
    isWhole(p, 1, most.scryptParallelism) &&
    128 * N * r <= most.scryptBytes
  );
}

export function isArgon2Bounded({ m, t, p }: { m: number; t: number; p: number }): boolean {
  return (
    isWhole(p, 1, most.argon2Lanes) &&
    isWhole(t, 1, most.argon2Passes) &&
    isWhole(m, 8 * p, most.argon2Memory)
  );
}

export const isBcryptBounded = (cost: number) => isWhole(cost, 4, most.bcryptCost);

export const isPhpassBounded = (cost: number) => isWhole(cost, 7, most.phpassCost);

export const tooMuch = 'It asks for more work than is done for a sign-in.';
export const broken = 'It is cut short, or damaged.';
