import type { Faker } from '@faker-js/faker';

/** User agents of common browsers. */
const userAgents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
] as const;

/** A browser and its address, in networks reserved for documentation (RFC 5737 §3, RFC 3849). */
export type Device = { userAgent: string; address: string | null };

/** Picks a random browser and address. @param given values to use instead of random ones */
export function createDevice(
  faker: Faker,
  given: { userAgent?: string; address?: string | null } = {},
): Device {
  return {
    userAgent: given.userAgent ?? faker.helpers.arrayElement(userAgents),
    address: given.address === undefined ? createAddress(faker) : given.address,
  };
}

const createAddress = (faker: Faker) => (faker.datatype.boolean(0.7) ? version4(faker) : version6(faker));

const version4 = (faker: Faker) =>
  faker.internet.ipv4({ network: faker.helpers.arrayElement(['test-net-1', 'test-net-2', 'test-net-3']) });

const version6 = (faker: Faker) => {
  const group = () => faker.number.int({ min: 1, max: 0xffff }).toString(16);
  return `2001:db8:${group()}:${group()}::${group()}`;
};
