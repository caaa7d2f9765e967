import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DatabaseError } from '../database-error.ts';
import { mysqlOptions, postgresqlOptions } from './driver-options.ts';
import { parseServerUrl } from './server-url.ts';

const problemOf = (url: string): string => {
  try {
    parseServerUrl(url);
    return '';
  } catch (error) {
    if (error instanceof DatabaseError && error.reason === 'bad_url') return error.message;
    throw error;
  }
};

function certificate(mark = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-tls-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'ca.pem');
  writeFileSync(path, `${mark}a certificate`);
  return path;
}

test('a URL is parsed, with defaults for missing parts', () => {
  expect(parseServerUrl('postgres://app:p%40ss@db.example/app')).toEqual({
    engine: 'postgresql',
    location: 'db.example/app',
    host: 'db.example',
    port: 5432,
    socketPath: null,
    user: 'app',
    password: 'p@ss',
    database: 'app',
    poolSize: 10,
    tls: null,
  });
  expect(parseServerUrl('mariadb://[::1]:3307/app?pool=3')).toMatchObject({
    engine: 'mysql',
    host: '::1',
    port: 3307,
    poolSize: 3,
  });
  expect(parseServerUrl('mysql://db/app').port).toBe(3306);
});

test.each([
  ['postgres://db/app?sslmod=require', 'the unknown option sslmod'],
  ['postgres://db/app?ssl-mode=REQUIRED', 'the unknown option ssl-mode'],
  ['mysql://db/app?sslmode=require', 'the unknown option sslmode'],
  ['mysql://db/app?host=/run/mysqld', 'the unknown option host'],
  ['postgres:///app?host=elsewhere', 'has to begin with a slash'],
  ['postgres:///app', 'no host'],
  ['postgres://db/app?pool=1&pool=2', 'the option pool twice'],
  ['postgres://db/app?pool=0', 'pool has to be a number'],
  ['postgres://db/app?sslmode=prefer', 'sslmode has to be one of'],
  ['postgres://db/app?sslmode=verify-ca&sslrootcert=/nowhere.pem', 'the file of sslrootcert cannot be read'],
  ['mysql://db/app?ssl-mode=preferred', 'ssl-mode has to be one of'],
  ['mysql://10.0.0.1/app?ssl-mode=VERIFY_IDENTITY', 'needs a host name'],
  ['postgres://a%zz@db/app', 'an invalid percent-encoding'],
  ['oracle://db/app', 'has to begin with sqlite:'],
])('%s is rejected with the reason', (url, reason) => {
  expect(problemOf(url)).toContain(reason);
});

test.each([
  'postgres:///app?host=/var/run/postgresql',
  'postgres://localhost/app?host=/var/run/postgresql',
  'postgres://%2Fvar%2Frun%2Fpostgresql/app',
])('%s is a Unix socket of PostgreSQL', (url) => {
  const address = parseServerUrl(url);
  expect(address).toMatchObject({ location: '/var/run/postgresql (app)', port: 5432, socketPath: null });
  expect(postgresqlOptions(address)).toMatchObject({ host: '/var/run/postgresql', port: 5432 });
});

test.each(['mysql:///app?socket=/run/mysqld/mysqld.sock', 'mariadb://%2Frun%2Fmysqld%2Fmysqld.sock/app'])(
  '%s is a Unix socket of MySQL',
  (url) => {
    const address = parseServerUrl(url);
    expect(address.location).toBe('/run/mysqld/mysqld.sock (app)');
    expect(mysqlOptions(address)).toMatchObject({ socketPath: '/run/mysqld/mysqld.sock' });
  },
);

test('a certificate that the mode would ignore is rejected', () => {
  expect(problemOf(`postgres://db/app?sslrootcert=${certificate()}`)).toContain('sslmode=disable');
  expect(problemOf(`mysql://db/app?ssl-ca=${certificate()}`)).toContain('ssl-mode=DISABLED');
});

test.each([
  ['disable', false],
  ['require', { rejectUnauthorized: false }],
  ['verify-ca', { rejectUnauthorized: true }],
  ['verify-full', { rejectUnauthorized: true }],
])('sslmode=%s is passed on to pg', (mode, ssl) => {
  const options = postgresqlOptions(parseServerUrl(`postgres://db/app?sslmode=${mode}`));
  expect(options).toMatchObject({ ssl });
});

test('sslmode=require with a root certificate verifies it, as in libpq', () => {
  const { tls } = parseServerUrl(`postgres://db/app?sslmode=require&sslrootcert=${certificate()}`);
  expect(tls).toMatchObject({ rejectUnauthorized: true, ca: 'a certificate' });
});

test('the file of a certificate may begin with a byte order mark', () => {
  const { tls } = parseServerUrl(`postgres://db/app?sslmode=verify-ca&sslrootcert=${certificate('\uFEFF')}`);
  expect(tls).toMatchObject({ ca: 'a certificate' });
});

test('sslmode=verify-full compares the certificate with the host of the URL', () => {
  const { tls } = parseServerUrl('postgres://10.0.0.1/app?sslmode=verify-full');
  // The casts: only these fields of a certificate are compared.
  const check = (subjectaltname: string) =>
    tls?.checkServerIdentity?.('localhost', { subject: { CN: 'x' }, subjectaltname } as never);
  expect(check('IP Address:10.0.0.1')).toBeUndefined();
  expect(check('DNS:localhost')).toBeInstanceOf(Error);
});

test.each([
  ['DISABLED', undefined],
  ['REQUIRED', { rejectUnauthorized: false }],
  ['VERIFY_CA', { rejectUnauthorized: true }],
  ['VERIFY_IDENTITY', { rejectUnauthorized: true, verifyIdentity: true }],
])('ssl-mode=%s is passed on to mysql2', (mode, ssl) => {
  expect(mysqlOptions(parseServerUrl(`mysql://db/app?ssl-mode=${mode}`)).ssl).toEqual(ssl);
});
