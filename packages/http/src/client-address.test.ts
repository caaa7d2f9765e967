import { expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

test('without a proxy, X-Forwarded-For is ignored [T22]', () => {
  expect(clientAddress(0)('203.0.113.7', '198.51.100.1')).toBe('203.0.113.7');
});

test('one trusted proxy makes only the last X-Forwarded-For entry trusted [T22]', () => {
  expect(clientAddress(1)('10.0.0.1', '198.51.100.1, 203.0.113.7')).toBe('203.0.113.7');
});

test('a proxy is trusted if it is in a trusted network [T22]', () => {
  const address = clientAddress(['10.0.0.0/8']);
  expect(address('10.0.0.1', '198.51.100.1, 203.0.113.7, 10.2.3.4')).toBe('203.0.113.7');
  expect(address('203.0.113.9', '198.51.100.1')).toBe('203.0.113.9');
});

test('an IPv4-mapped IPv6 address is shown as IPv4', () => {
  expect(clientAddress(0)('::ffff:192.0.2.1', null)).toBe('192.0.2.1');
  expect(clientAddress(0)('2001:db8::1', null)).toBe('2001:db8::1');
});

test.each(['', ',', 'nonsense, \u0000', 'x'.repeat(5000), '999.1.1.1'])(
  'the malformed X-Forwarded-For %j is ignored',
  (header) => {
    for (const trusted of [0, 1, ['loopback']]) {
      expect([null, '127.0.0.1']).toContain(clientAddress(trusted)('127.0.0.1', header));
    }
  },
);

test('a closed socket has no address', () => {
  expect(clientAddress(1)(undefined, '203.0.113.7')).toBeNull();
});
