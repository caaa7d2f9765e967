import { expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

test('threat 22: without a proxy, only the socket counts, whatever a header says', () => {
  expect(clientAddress(0)('203.0.113.7', '198.51.100.1')).toBe('203.0.113.7');
});

test('threat 22: one proxy is believed for the address it saw, and not for what it was told', () => {
  expect(clientAddress(1)('10.0.0.1', '198.51.100.1, 203.0.113.7')).toBe('203.0.113.7');
});

test('threat 22: proxies can be named by their networks, and a stranger is none of them', () => {
  const address = clientAddress(['10.0.0.0/8']);
  expect(address('10.0.0.1', '198.51.100.1, 203.0.113.7, 10.2.3.4')).toBe('203.0.113.7');
  expect(address('203.0.113.9', '198.51.100.1')).toBe('203.0.113.9');
});

test('an IPv4 address in the clothes of IPv6 is written plainly', () => {
  expect(clientAddress(0)('::ffff:192.0.2.1', null)).toBe('192.0.2.1');
  expect(clientAddress(0)('2001:db8::1', null)).toBe('2001:db8::1');
});

test.each(['', ',', 'nonsense, \u0000', 'x'.repeat(5000), '999.1.1.1'])(
  'the header %j breaks nothing',
  (header) => {
    for (const trusted of [0, 1, ['loopback']]) {
      expect([null, '127.0.0.1']).toContain(clientAddress(trusted)('127.0.0.1', header));
    }
  },
);

test('a socket that is closed already has no address', () => {
  expect(clientAddress(1)(undefined, '203.0.113.7')).toBeNull();
});
