import { expect, test } from 'vitest';
import { listeningAddress } from './listening-address.ts';

test.each([
  ['127.0.0.1', '127.0.0.1:3001'],
  ['2001:db8::1', '[2001:db8::1]:3001'],
])('a server on the host %s listens on %s', (host, address) => {
  expect(listeningAddress({ host }, 3001)).toBe(address);
});
