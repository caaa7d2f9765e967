import { expect, test } from 'vitest';
import { isCrossSite } from './cross-site.ts';

const own = 'https://login.example.com';
const request = (method: string, headers: Record<string, string>) =>
  new Request(`${own}/login`, { method, headers });

test.each([
  ['a form of this site', { origin: own, 'sec-fetch-site': 'same-origin' }],
  ['an address typed by hand', { 'sec-fetch-site': 'none' }],
  ['a script without a browser', {}],
  ['an older browser on this site', { origin: own }],
  ['a page of this site that sends no referrer', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
])('threat 16: %s may change something', (_, headers: Record<string, string>) => {
  expect(isCrossSite(request('POST', headers), [own])).toBe(false);
});

test.each([
  ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['another site in an older browser', { origin: 'https://evil.example' }],
  ['a sibling host', { origin: 'https://blog.example.com', 'sec-fetch-site': 'same-site' }],
  ['a frame without an origin', { origin: 'null' }],
  ['a frame of another site without an origin', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['another port', { origin: `${own}:8443` }],
  ['the same host without encryption', { origin: 'http://login.example.com' }],
  ['a browser that hides its origin', { 'sec-fetch-site': 'cross-site' }],
  [
    'another site that claims to be same-origin',
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  ],
])('threat 16: %s may not', (_, headers: Record<string, string>) => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
    expect(isCrossSite(request(method, headers), [own])).toBe(true);
});

test.each([
  'text/plain',
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
])('threat 16: the content type %s changes nothing about it', (type) => {
  expect(isCrossSite(request('POST', { origin: 'https://evil.example', 'content-type': type }), [own])).toBe(
    true,
  );
});

test('reading is allowed from everywhere', () => {
  expect(isCrossSite(request('GET', { origin: 'https://evil.example' }), [own])).toBe(false);
});
