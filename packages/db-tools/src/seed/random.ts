/** A reproducible pseudorandom generator, for test data. Not for secrets. */
export type Random = {
  /** At least 0 and below 1. */
  fraction(): number;
  /** A whole number from `min` to `max`, inclusive. */
  integer(min: number, max: number): number;
  /** True with the given probability, 0 to 1. */
  chance(probability: number): boolean;
  /** One of the values. */
  pick<T>(values: readonly [T, ...T[]]): T;
  /** A hexadecimal number of `length` digits. */
  hex(length: number): string;
  /** A UUID of version 7, which sorts by time (RFC 9562 §5.7). */
  idAt(time: Date): string;
  /** A time between two; `from` when it is not before `to`. */
  between(from: Date, to: Date): Date;
};

/**
 * Creates a generator with the algorithm SFC32 of PractRand (https://pracrand.sourceforge.net/RNG_engines.txt). It is fast
 * to initialize, which happens for each row, and its state is large enough to be unique for each row.
 * @param seed the same number gives the same values; adjacent numbers give unrelated ones
 * @param index the position of the row
 * @param purpose distinguishes several generators for the same row
 */
export function createRandom(seed: number, index = 0, purpose = 0): Random {
  let [a, b, c, counter] = [
    seed | 0,
    index | 0,
    (purpose ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b9)) | 0,
    1,
  ];

  const bits = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) bits();
  const fraction = () => bits() / 2 ** 32;
  const hex = (length: number) => {
    let digits = '';
    while (digits.length < length) {
      const value = bits();
      digits += fourDigits(value >>> 16) + fourDigits(value & 0xffff);
    }
    return digits.length === length ? digits : digits.slice(0, length);
  };

  return {
    fraction,
    integer: (min, max) => min + Math.floor(fraction() * (max - min + 1)),
    chance: (probability) => fraction() < probability,
    // The index is always in range; the type checker needs the default.
    pick: (values) => values[Math.floor(fraction() * values.length)] ?? values[0],
    hex,
    idAt(time) {
      const ms = time.getTime().toString(16).padStart(12, '0');
      const rest = hex(18);
      const variant = '89ab'.charAt(bits() & 3);
      return `${ms.slice(0, 8)}-${ms.slice(8)}-7${rest.slice(0, 3)}-${variant}${rest.slice(3, 6)}-${rest.slice(6)}`;
    },
    between: (from, to) =>
      new Date(from.getTime() + Math.floor(fraction() * Math.max(0, to.getTime() - from.getTime()))),
  };
}

/** All 16-bit numbers in hexadecimal, computed once, because most values are ids. */
const allFourDigits = Array.from({ length: 2 ** 16 }, (_, value) => value.toString(16).padStart(4, '0'));

const fourDigits = (value: number): string => allFourDigits[value] ?? '';
