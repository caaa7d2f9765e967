/** Chance that comes out the same every time: for data that can be made again. Never for secrets. */
export type Random = {
  /** At least 0 and below 1. */
  fraction(): number;
  /** A whole number, both ends among them. */
  integer(least: number, most: number): number;
  /** True in so many cases of one: 0.1 is every tenth. */
  chance(share: number): boolean;
  pick<T>(among: readonly [T, ...T[]]): T;
  /** So many digits of a hexadecimal number. */
  hex(length: number): string;
  /** A version 7 id, which sorts by time (RFC 9562 §5.7). */
  idAt(time: Date): string;
  /** A time between two; the earlier one where they are the wrong way round. */
  between(from: Date, to: Date): Date;
};

/**
 * SFC32 of PractRand (https://pracrand.sourceforge.net/RNG_engines.txt): quick to start, which each row does anew, and
 * with a state that is large enough for no two rows to have the same one.
 * @param seed the same numbers give the same chances, and numbers beside each other unrelated ones
 * @param index which row of how many there may be
 * @param purpose tells apart what is chosen for the same row
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
    integer: (least, most) => least + Math.floor(fraction() * (most - least + 1)),
    chance: (share) => fraction() < share,
    // The index is within the list, whose first entry is there.
    pick: (among) => among[Math.floor(fraction() * among.length)] ?? among[0],
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

/** The numbers of 16 bits in hexadecimal, made once: most of what is made here are ids. */
const allFourDigits = Array.from({ length: 2 ** 16 }, (_, value) => value.toString(16).padStart(4, '0'));

const fourDigits = (value: number): string => allFourDigits[value] ?? '';
