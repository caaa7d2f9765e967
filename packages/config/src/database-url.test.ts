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

test.each(['sqlite:', 'app.db', 'postgres:app', 'oracle://db/app', 'localhost:5432'])(
  '%s is not a database URL',
  (url) => {
    expect(problemsOf({ DATABASE_URL: url })).toMatch(/^DATABASE_URL: .* expected sqlite:PATH, /);
  },
);

test.each([
  ['postgres://app@db', 'the name of a database after the host, like postgres://app@127.0.0.1/app'],
  ['mysql://app@db/', 'the name of a database after the host, like mysql://app@127.0.0.1/app'],
  ['postgres:///app', 'a host; or a Unix socket, like postgres:///app\\?host=/var/run/postgresql .*'],
  ['mysql://app@/app?pool=3', 'a host; or a Unix socket, like .*'],
  ['postgres://app@db:99999/app', 'a host, and a port from 1 to 65535, like .*'],
  ['postgres:///app?host=run', 'the option host to be the absolute path of the folder of a Unix socket, .*'],
  ['postgres://db/app?host=elsewhere', 'the option host to be the absolute path .*'],
  ['mysql:///app?socket=mysqld.sock', 'the option socket to be the absolute path of a Unix socket, .*'],
  ['postgres:///app?socket=/run/x', 'only the options pool, host, .*, not socket'],
  ['mysql:///app?host=/run/mysqld', 'only the options pool, socket, .*, not host'],
])('an error about %s says which part is missing or wrong', (url, expected) => {
  expect(problemsOf({ DATABASE_URL: url })).toMatch(
    new RegExp(`^DATABASE_URL: found a value that is not shown, .*; expected ${expected}\\.$`),
  );
});

test.each([
  ['postgres:///app?host=/var/run/postgresql', 'postgres://localhost/app?host=/var/run/postgresql'],
  ['postgres://app:tiger@/app?host=/run/pg', 'postgres://app:tiger@localhost/app?host=/run/pg'],
  ['postgres://:5433/app?host=/run/pg', 'postgres://localhost:5433/app?host=/run/pg'],
  ['postgres://app@localhost/app?host=/cloud/p:r:i', 'postgres://app@localhost/app?host=/cloud/p:r:i'],
  ['postgres://app@%2Fvar%2Frun%2Fpostgresql/app', 'postgres://app@%2Fvar%2Frun%2Fpostgresql/app'],
  ['mysql:///app?socket=/run/mysqld.sock', 'mysql://localhost/app?socket=/run/mysqld.sock'],
  ['mariadb://app@/app?socket=/run/mysqld.sock', 'mariadb://app@localhost/app?socket=/run/mysqld.sock'],
])('the URL with a Unix socket %s becomes %s', (url, read) => {
  expect(databaseUrl(url)).toBe(read);
});

test.each([
  'p%40ss',
  'p@ss',
  'p:ss',
  'p%25',
  '%2F%3F%23',
  'pass word',
  'p[a]s',
  'pä$&+=;,',
  String.raw`p\s"'`,
])('the password %s is valid in a URL', (password) => {
  expect(problemsOf({ DATABASE_URL: `postgres://app:${password}@db/app` })).toBe('');
  expect(problemsOf({ SMTP_URL: `smtp://app:${password}@mail.example.com` })).toBe('');
  expect(problemsOf({ DATABASE_URL: `mysql://:${password}@db/app` })).toBe('');
});

test.each(['tiger%', 'tiger%zz', '%tiger', '50%-tiger', 'tiger%E4'])(
  'an error about the password %s says how to write a %% [T31]',
  (password) => {
    const message = `found a value that is not shown, as it may contain a secret; expected each % in the URL to begin an encoded character, like %40 for @: write a % itself as %25.`;
    expect(problemsOf({ DATABASE_URL: `postgres://app:${password}@db/app` })).toBe(
      `DATABASE_URL: ${message}`,
    );
    expect(problemsOf({ SMTP_URL: `smtp://app:${password}@mail.example.com` })).toBe(`SMTP_URL: ${message}`);
  },
);

test.each(['tiger/1', '12/tiger', 'tiger?', '12?tiger', 'tiger#1', '#tiger', 'a@b/tiger'])(
  'an error about the password %s says how to encode it [T31]',
  (password) => {
    const message = `found a value that is not shown, as it may contain a secret; expected special characters of the password to be encoded: / as %2F, ? as %3F, # as %23, @ as %40, : as %3A, % as %25.`;
    expect(problemsOf({ DATABASE_URL: `mysql://app:${password}@db/app` })).toBe(`DATABASE_URL: ${message}`);
    expect(problemsOf({ SMTP_URL: `smtp://app:${password}@mail.example.com` })).toBe(`SMTP_URL: ${message}`);
  },
);

test('an error about the URL does not show it, since it may contain a password [T31]', () => {
  expect(problemsOf({ DATABASE_URL: 'oracle://app:tiger@db/app' })).toBe(
    'DATABASE_URL: found a value that is not shown, as it may contain a secret; ' +
      'expected sqlite:PATH, sqlite::memory:, postgres://…, mysql://… or mariadb://….',
  );
});

test.each([
  ['postgres://app:tiger@db/app?sslmod=require', 'only the options pool, host, sslmode, .*, not sslmod'],
  ['mysql://app:tiger@db/app?sslmode=require', 'only the options pool, socket, ssl-mode, .*, not sslmode'],
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
