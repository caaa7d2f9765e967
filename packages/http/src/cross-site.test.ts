import { expect, test } from 'vitest';
import { isCrossSite } from './cross-site.ts';

const own = 'https://login.example.com';
const request = (method: string, headers: Record<string, string>) =>
  new Request(`${own}/login`, { method, headers });

test.each([
  ['a form of the site', { origin: own, 'sec-fetch-site': 'same-origin' }],
  ['an address typed by hand', { 'sec-fetch-site': 'none' }],
  ['a script without a browser', {}],
  ['a form of the site in an older browser', { origin: own }],
  ['a page of the site that sends no referrer', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
])('a POST from %s is allowed [T16]', (_, headers: Record<string, string>) => {
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
])('a request from %s that changes data is cross-site [T16]', (_, headers: Record<string, string>) => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
    expect(isCrossSite(request(method, headers), [own])).toBe(true);
});

test.each([
  'text/plain',
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
])('a cross-site POST with content type %s is detected [T16]', (type) => {
  expect(isCrossSite(request('POST', { origin: 'https://evil.example', 'content-type': type }), [own])).toBe(
    true,
  );
});

test('a GET request is allowed from every site', () => {
  expect(isCrossSite(request('GET', { origin: 'https://evil.example' }), [own])).toBe(false);
});
