import { expect, test } from 'vitest';
import { parseNodeName } from './node-name.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:51234', '203.0.113.7'],
  ['203.0.113.7:_hidden', '203.0.113.7'],
  ['"203.0.113.7"', '203.0.113.7'],
  ['"203.0.113.7:51234"', '203.0.113.7'],
  [' \t203.0.113.7:443 ', '203.0.113.7'],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['"[2001:db8::1]:443"', '2001:db8::1'],
  [String.raw`"\[2001:db8::1\]:443"`, '2001:db8::1'],
])('the node name %j has the address %s', (name, address) => {
  expect(parseNodeName(name)).toBe(address);
});

test.each([
  '2001:DB8::1',
  '2001:0db8:0000:0000:0000:0000:0000:0001',
  '2001:db8:0:0:0:0:0:1',
  '2001:db8::0:1',
])('%s has the canonical spelling of IPv6', (name) => {
  expect(parseNodeName(name)).toBe('2001:db8::1');
});

test.each([
  '::ffff:192.0.2.1',
  '::FFFF:192.0.2.1',
  '::ffff:c000:201',
  '0:0:0:0:0:ffff:c000:0201',
  '0000:0000:0000:0000:0000:ffff:192.0.2.1',
  '[::ffff:192.0.2.1]:80',
  '"[::ffff:c000:0201]"',
])('the IPv4-mapped address %s is an IPv4 address', (name) => {
  expect(parseNodeName(name)).toBe('192.0.2.1');
});

test.each(['fe80::1%eth0', 'fe80::1%25eth0', '[fe80::1%eth0]', '[fe80::1%eth0]:443', '[fe80::1%2]'])(
  'the zone of %s is not part of the address',
  (name) => {
    expect(parseNodeName(name)).toBe('fe80::1');
  },
);

test.each([
  '',
  'unknown',
  'Unknown:443',
  '_hidden',
  '_hidden:_port',
  'client.example.com',
  '999.1.1.1',
  '010.0.0.1',
  '0x7f.0.0.1',
  '2130706433',
  '203.0.113.7:',
  '203.0.113.7:port',
  '203.0.113.7:123456',
  '[203.0.113.7]:80',
  '[2001:db8::1',
  '2001:db8::1]:443',
  '[2001:db8::1]443',
  '"203.0.113.7',
  'fe80::1%',
  'unix:/run/app.sock',
  'unix:',
  '203.0.113.7\u0000',
  '"'.repeat(5000),
  '['.repeat(5000),
])('%j has no address', (name) => {
  expect(parseNodeName(name)).toBeNull();
});
