import { expect, test } from 'vitest';
import { allowedOrigins, siteOrigin, siteWords } from './origin.ts';
import { readConfig } from './read-config.ts';

test.each([
  ['127.0.0.1', 'http://localhost:3001'],
  ['0.0.0.0', 'http://localhost:3001'],
  ['192.0.2.1', 'http://192.0.2.1:3001'],
  ['2001:db8::1', 'http://[2001:db8::1]:3001'],
])('the origin of a server at %s is %s', (host, origin) => {
  expect(siteOrigin(readConfig({ HOST: host }), 3001)).toBe(origin);
});

test('every loopback name of the server is an allowed origin', () => {
  expect(allowedOrigins(readConfig({}), 3001)).toEqual([
    'http://localhost:3001',
    'http://127.0.0.1:3001',
    'http://[::1]:3001',
  ]);
});

test('with ORIGIN set, it is the only allowed origin', () => {
  const config = readConfig({ ORIGIN: 'https://login.example.com/' });
  expect(allowedOrigins(config, 3000)).toEqual(['https://login.example.com']);
});

test('ALLOWED_ORIGINS adds origins to the one of the site', () => {
  const config = readConfig({
    ORIGIN: 'https://login.example.com',
    ALLOWED_ORIGINS: 'https://www.example.com/, HTTPS://Login.example.com:443,http://localhost:5173',
  });
  expect(allowedOrigins(config, 3000)).toEqual([
    'https://login.example.com',
    'https://www.example.com',
    'http://localhost:5173',
  ]);
  expect(siteOrigin(config, 3000)).toBe('https://login.example.com');
});

test('the words of the site are its name and the parts of its host name', () => {
  expect(siteWords(readConfig({ ORIGIN: 'https://login.example.com' }), 3000)).toEqual([
    'Latchkey',
    'login.example.com',
    'login',
    'example',
    'com',
  ]);
});
