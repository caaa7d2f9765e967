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

test('ports, quotes and brackets in X-Forwarded-For are read [T22]', () => {
  const address = clientAddress(1);
  expect(address('10.0.0.1', '203.0.113.7:51234')).toBe('203.0.113.7');
  expect(address('10.0.0.1', '198.51.100.1, "[2001:DB8::1]:443"')).toBe('2001:db8::1');
});

test('a hop with a port or in an IPv4-mapped form can be a trusted proxy [T22]', () => {
  const address = clientAddress(['10.0.0.0/8', '2001:db8::/32']);
  expect(address('::ffff:10.0.0.1', '203.0.113.7:5, [::ffff:a02:304]:80, "[2001:db8::9]:443"')).toBe(
    '203.0.113.7',
  );
});

test.each(['unknown', '_hidden', 'nonsense', '999.1.1.1', '\u0000', 'x'.repeat(5000)])(
  'a client that a proxy reports as %j is unknown, and never the proxy',
  (reported) => {
    expect(clientAddress(1)('10.0.0.1', `198.51.100.1, ${reported}`)).toBeNull();
    expect(clientAddress(['10.0.0.0/8'])('10.0.0.1', `198.51.100.1, ${reported}`)).toBeNull();
  },
);

test('a counted proxy may have an unreadable address; a listed one may not [T22]', () => {
  const header = '198.51.100.1, 203.0.113.7, _proxy';
  expect(clientAddress(2)('10.0.0.1', header)).toBe('203.0.113.7');
  expect(clientAddress(['10.0.0.0/8'])('10.0.0.1', header)).toBeNull();
});

test('a quote that a client left open encloses no entry of a proxy [T22]', () => {
  expect(clientAddress(1)('10.0.0.1', '"198.51.100.1, 203.0.113.7')).toBe('203.0.113.7');
});

test('more proxies than entries: the first entry is the client', () => {
  expect(clientAddress(3)('10.0.0.1', '203.0.113.7, 10.0.0.2')).toBe('203.0.113.7');
});

test.each([null, '', ',', ' ,\t, '])(
  'without an entry in X-Forwarded-For (%j), the socket counts',
  (header) => {
    expect(clientAddress(1)('203.0.113.7', header)).toBe('203.0.113.7');
  },
);

test.each(['203.0.113.7,', ' , 203.0.113.7', '203.0.113.7\t, ,'])(
  'empty entries do not count: %j',
  (header) => {
    expect(clientAddress(1)('10.0.0.1', header)).toBe('203.0.113.7');
  },
);

test('a closed socket has no address', () => {
  expect(clientAddress(1)(undefined, '203.0.113.7')).toBeNull();
});

test.each(['', 'unknown'])('a socket with the address %j has none', (socket) => {
  expect(clientAddress(0)(socket, null)).toBeNull();
  expect(clientAddress(['loopback'])(socket, '203.0.113.7')).toBeNull();
});
