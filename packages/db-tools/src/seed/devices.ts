import type { Random } from './random.ts';

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
export function deviceBy(
  random: Random,
  given: { userAgent?: string; address?: string | null } = {},
): Device {
  return {
    userAgent: given.userAgent ?? random.pick(userAgents),
    address: given.address === undefined ? addressBy(random) : given.address,
  };
}

const addressBy = (random: Random) => (random.chance(0.7) ? version4(random) : version6(random));

const version4 = (random: Random) =>
  `${random.pick(['192.0.2', '198.51.100', '203.0.113'])}.${random.integer(1, 254)}`;

const version6 = (random: Random) => {
  const group = () => random.integer(1, 0xffff).toString(16);
  return `2001:db8:${group()}:${group()}::${group()}`;
};
