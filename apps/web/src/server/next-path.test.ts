import { expect, test } from 'vitest';
import { loginPath, parseNextPath } from './next-path.ts';

test.each([
  '/',
  '/account',
  '/account?tab=2&x=%20y',
  '/a/b#part',
  '/search?q=https://other.example',
  '/%2F%2Fevil.example',
])('%s is a path of this site and stays unchanged [T17]', (next) => {
  expect(parseNextPath(next)).toBe(next);
});

test.each([
  null,
  '',
  'account',
  'https://evil.example',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '\t//evil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/%2e//evil.example',
  '/a/../..//evil.example',
  'javascript:alert(1)',
  '/\u0000/evil.example',
  '/login',
  '/login?next=/login',
  '/logout',
])('%j leads to the start page [T17]', (next) => {
  expect(parseNextPath(next)).toBe('/');
});

test('the login page leads back to the page with its query', () => {
  const page = new URL('http://localhost/account?tab=2&name=a%20b');
  const next = new URL(loginPath(page), page).searchParams.get('next');
  expect(parseNextPath(next)).toBe('/account?tab=2&name=a%20b');
});
