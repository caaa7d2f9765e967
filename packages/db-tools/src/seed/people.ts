import { cultures, type Culture, type Name } from './names.ts';
import { createRandom } from './random.ts';

/** The user name and e-mail address of a generated user. */
export type Person = { username: string; email: string };

/** All combinations of given and family names. Further people get the same names with a number appended. */
const names: readonly { culture: Culture; given: Name; family: Name }[] = cultures.flatMap((culture) =>
  culture.given.flatMap((given) => culture.family.map((family) => ({ culture, given, family }))),
);

/** The number of people with names without a number. */
export const differentNames: number = names.length;

/** Domains reserved for examples, so that no mail reaches a real mailbox (RFC 2606 §3). */
const domains = ['example.com', 'example.com', 'example.org', 'example.net'] as const;

/**
 * Generates a person. The same arguments return the same person; user names and addresses are unique within a seed
 * number.
 * @param index counts from 0
 */
export function personAt(seedNumber: number, index: number): Person {
  const random = createRandom(seedNumber, index, 1);
  const round = Math.floor(index / names.length);
  const { culture, given, family } = nameAt(seedNumber, index % names.length);

  const number = round === 0 ? '' : String(round);
  // Many people use the Latin spelling of their name as a user name.
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

/** Visits all names in an order that depends on the seed: steps of a width coprime to the length reach each once. */
function nameAt(seedNumber: number, position: number): (typeof names)[number] {
  const { start, width } = walkOf(seedNumber);
  const name = names[(start + position * width) % names.length];
  if (!name) throw new Error('The list of names is empty.');
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
