import { expect, test } from 'vitest';
import { problemsOf } from './problems.fixture.ts';
import { readConfig } from './read-config.ts';
import { workspaceRoot } from './workspace-root.ts';

const databaseUrl = (url: string) => readConfig({ DATABASE_URL: url }).databaseUrl;

test.each([
  'sqlite::memory:',
  'sqlite:/var/lib/app.db',
  'postgres://app@127.0.0.1:5432/app',
  'mysql://root@127.0.0.1/app',
  'mariadb://root@127.0.0.1/app',
  'mariadb://app@db/app?pool=5',
])('%s is valid and stays unchanged', (url) => {
  expect(databaseUrl(url)).toBe(url);
});

test.each([
  'postgres://app@db/app?sslmode=verify-full&sslrootcert=/etc/ca.pem&pool=20',
  'mysql://app@db/app?ssl-mode=VERIFY_IDENTITY&ssl-ca=/etc/ca.pem',
])('the options of %s are kept', (url) => {
  expect(decodeURIComponent(databaseUrl(url))).toBe(url);
});

test('a relative SQLite path starts at the workspace root', () => {
  expect(databaseUrl('sqlite:./data/other.db')).toBe(`sqlite:${workspaceRoot}/data/other.db`);
});

test('a relative path of a certificate starts at the workspace root', () => {
  const url = databaseUrl('postgres://app@db/app?sslmode=verify-ca&sslrootcert=certificates/ca.pem');
  expect(new URL(url).searchParams.get('sslrootcert')).toBe(`${workspaceRoot}/certificates/ca.pem`);
});

test.each(['postgres://app@db', 'postgres://app@db/%zz', 'postgres:///app', 'sqlite:', 'app.db'])(
  '%s is not a database URL',
  (url) => {
    expect(problemsOf({ DATABASE_URL: url })).toMatch(/^DATABASE_URL: .* expected sqlite:PATH, /);
  },
);

test('an error about the URL does not show it, since it may contain a password [T31]', () => {
  expect(problemsOf({ DATABASE_URL: 'oracle://app:tiger@db/app' })).toBe(
    'DATABASE_URL: found a value that is not shown, as it may contain a secret; ' +
      'expected sqlite:PATH, sqlite::memory:, postgres://…, mysql://… or mariadb://….',
  );
});

test.each([
  [
    'postgres://app:tiger@db/app?sslmod=require',
    'only the options pool, sslmode, sslrootcert, .*, not sslmod',
  ],
  ['mysql://app:tiger@db/app?sslmode=require', 'only the options pool, ssl-mode, ssl-ca, .*, not sslmode'],
  ['postgres://app:tiger@db/app?ssl=true', 'only the options .*, not ssl'],
  ['postgres://app:tiger@db/app?sslmode=prefer', 'the option sslmode to be one of disable, require, .*'],
  ['postgres://app:tiger@db/app?pool=many', 'the option pool to be a number from 1 to 9999'],
  ['mysql://app:tiger@db/app?ssl-ca=', 'the option ssl-ca to be the path of a file'],
  ['postgres://app:tiger@db/app?sslmode=require&sslmode=disable', 'the option sslmode only once'],
])('an error about an option of %s names only the option', (url, expected) => {
  expect(problemsOf({ DATABASE_URL: url })).toMatch(
    new RegExp(`^DATABASE_URL: found a value that is not shown, .*; expected ${expected}\\.$`),
  );
  expect(problemsOf({ DATABASE_URL: url })).not.toContain('tiger');
});
