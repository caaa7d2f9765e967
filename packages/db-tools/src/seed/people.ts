import { cultures, type Culture, type Name } from './names.ts';
import { createRandom } from './random.ts';

/** Somebody's name, as far as an account has one. */
export type Person = { username: string; email: string };

/** Everybody with another name there is: with the next round the names come again, with a number behind them. */
const names: readonly { culture: Culture; given: Name; family: Name }[] = cultures.flatMap((culture) =>
  culture.given.flatMap((given) => culture.family.map((family) => ({ culture, given, family }))),
);

/** How many people there are before a name needs a number. */
export const differentNames: number = names.length;

/** Reserved for examples, so that no mail ever reaches anybody (RFC 2606 §3). */
const domains = ['example.com', 'example.com', 'example.org', 'example.net'] as const;

/**
 * A person of a made-up crowd: the same numbers are the same person, and within a seed no two have a user name or an
 * address in common.
 * @param index counts from 0
 */
export function personAt(seedNumber: number, index: number): Person {
  const random = createRandom(seedNumber, index, 1);
  const round = Math.floor(index / names.length);
  const { culture, given, family } = nameAt(seedNumber, index % names.length);

  const number = round === 0 ? '' : String(round);
  // Many people write their names in Latin letters where a computer asks.
  const isRoman = random.chance(0.3);
  const separator = random.pick(['.', '.', '_', '-']);
  const own = culture.isFamilyFirst
    ? family.written + given.written
    : cased(random.chance(0.5), given.written, separator, family.written);
  return {
    username: (isRoman ? given.roman + separator + family.roman : own) + number,
    email: `${given.roman}.${family.roman}${number}@${random.pick(domains)}`,
  };
}

const cased = (isCapital: boolean, given: string, separator: string, family: string) =>
  isCapital ? given + separator + family : (given + separator + family).toLowerCase();

/** Goes through all of them in another order for each seed: steps of one width meet each place once. */
function nameAt(seedNumber: number, place: number): (typeof names)[number] {
  const { start, width } = walkOf(seedNumber);
  const name = names[(start + place * width) % names.length];
  if (!name) throw new Error('There is no name at all.');
  return name;
}

type Walk = { seedNumber: number; start: number; width: number };

let latestWalk: Walk | undefined;

function walkOf(seedNumber: number): Walk {
  if (latestWalk?.seedNumber === seedNumber) return latestWalk;
  const random = createRandom(seedNumber, 0, 2);
  const start = random.integer(0, names.length - 1);
  let width = random.integer(Math.floor(names.length / 3), names.length - 1);
  while (greatestCommonDivisor(width, names.length) > 1) width += 1;
  return (latestWalk = { seedNumber, start, width });
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);
