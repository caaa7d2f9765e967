import { expect, test } from 'vitest';
import { firstOfEach, otherAddressOf } from './wrong-address.ts';

const post = (headers: Record<string, string>) =>
  new Request('https://login.example.com/login', { method: 'POST', headers });

test.each([
  ['whose Host is its Origin', { origin: 'http://192.0.2.7:3000', host: '192.0.2.7:3000' }],
  ['with the default port', { origin: 'https://example.com', host: 'example.com:443' }],
  [
    'whose proxy names the host',
    { origin: 'https://example.com', host: 'app:3000', 'x-forwarded-host': 'example.com' },
  ],
  [
    'that the browser calls same-origin',
    { origin: 'https://example.com', host: 'app:3000', 'sec-fetch-site': 'same-origin' },
  ],
])('a form %s is from another address of this site', (_, headers: Record<string, string>) => {
  expect(otherAddressOf(post(headers))).toBe(headers['origin']);
});

test.each([
  [
    'of another site',
    { origin: 'https://evil.example', host: 'login.example.com', 'sec-fetch-site': 'cross-site' },
  ],
  ['of another port', { origin: 'https://login.example.com:8443', host: 'login.example.com' }],
  ['without an origin', { origin: 'null', host: 'login.example.com', 'sec-fetch-site': 'same-origin' }],
  ['with a malformed origin', { origin: 'nonsense', host: 'nonsense' }],
  ['with the origin of a script', { origin: 'javascript://example.com', host: 'example.com' }],
])('a form %s is not [T16]', (_, headers: Record<string, string>) => {
  expect(otherAddressOf(post(headers))).toBeNull();
});

test('a value is the first one once, and a hundred values at most', () => {
  const isFirst = firstOfEach();
  const values = Array.from({ length: 200 }, (_, index) => `https://${index}.example`);
  expect(values.filter(isFirst)).toEqual(values.slice(0, 100));
  expect(values.filter(isFirst)).toEqual([]);
});
