import { base, en, Faker } from '@faker-js/faker';

/** Returns a generator of random test data. The same numbers generate the same data. Never for secrets. */
export function createFaker(...seed: number[]): Faker {
  const faker = new Faker({ locale: [en, base] });
  faker.seed(seed);
  return faker;
}

/** A time-ordered id (UUID version 7, RFC 9562 §5.7). */
export const createIdAt = (faker: Faker, refDate: Date): string => faker.string.uuid({ version: 7, refDate });

/** An id of 256 bits in hexadecimal digits, like that of a session. */
export const hexId = (faker: Faker): string =>
  faker.string.hexadecimal({ length: 64, casing: 'lower', prefix: '' });

/** A time between two; the first one if the second is earlier. */
export const timeBetween = (faker: Faker, from: Date, to: Date): Date =>
  from < to ? faker.date.between({ from, to }) : from;
