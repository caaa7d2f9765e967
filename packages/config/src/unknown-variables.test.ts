// cspell:ignore SESION LIFTIME DATABSE PEPER REDISCLOUD LOGNAME
import { expect, test } from 'vitest';
import { variableNames, secretVariables } from './environment.ts';
import { findUnknownVariables } from './unknown-variables.ts';

const sentencesOn = (name: string) => findUnknownVariables({ [name]: 'tiger' });

test.each([
  ['SESION_IDLE', 'SESSION_IDLE'],
  ['SESSION_LIFTIME', 'SESSION_LIFETIME'],
  ['PASSWORD_MINLENGTH', 'PASSWORD_MIN_LENGTH'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['DATABASE_URI_FILE', 'DATABASE_URL_FILE'],
  ['DATABSE_URL_FILE', 'DATABASE_URL_FILE'],
  ['database_url', 'DATABASE_URL'],
  ['sessionIdle', 'SESSION_IDLE'],
  ['DATABASE-URL', 'DATABASE_URL'],
  ['LATCHKEY_DATABASE_URL', 'DATABASE_URL'],
  ['SMTP_URI', 'SMTP_URL'],
  ['API_URI', 'API_URL'],
  ['ORIGINS', 'ORIGIN'],
  ['TRUSTED_PROXY', 'TRUST_PROXY'],
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['PASSWORD_PEPER', 'PASSWORD_PEPPER'],
])('%s is reported as a typo of %s', (name, meant) => {
  expect(sentencesOn(name)).toEqual([
    `${name} is not a known variable and is ignored. Did you mean ${meant}?`,
  ]);
});

test('a file of a variable that is not a secret is reported, with those that are', () => {
  expect(sentencesOn('SESSION_IDLE_FILE').join()).toMatch(
    /Only these can be read from a file: .*SMTP_URL_FILE/,
  );
});

test.each([
  'SMTP_PASSWORD',
  'TRUSTED_PROXIES',
  'MAIL_SENDER',
  'SESSION_TIMEOUT',
  'PASSWORD_RULES',
  'COOKIE_DOMAIN',
])('%s is reported, because the prefix is one of the application', (name) => {
  expect(sentencesOn(name).join()).toContain('docs/configuration.md');
});

test.each([...variableNames, ...secretVariables.map((name) => `${name}_FILE`)])('%s is known', (name) => {
  expect(sentencesOn(name)).toEqual([]);
});

test.each([
  'HOSTNAME',
  'HOSTTYPE',
  'PATH',
  'PWD',
  'MAIL',
  'TERM_SESSION_ID',
  'SESSION_MANAGER',
  'DBUS_SESSION_BUS_ADDRESS',
  'XDG_SESSION_TYPE',
  'PASSWORD_STORE_DIR',
  'APP_URL',
  'API_KEY',
  'API_PORT',
  'API_SERVICE_HOST',
  'DB_URL',
  'REDISCLOUD_URL',
  'PORTS',
  'GHOST',
  'NODE_OPTIONS',
  'NODE_PATH',
  'NODE_EXTRA_CA_CERTS',
  'NODE_COMPILE_CACHE',
  'npm_config_loglevel',
  'npm_package_version',
  'npm_lifecycle_event',
  'PNPM_HOME',
  'LOGNAME',
  'LATCHKEY_VERBOSE',
  'DATABASE_TEST_URLS',
  'PGHOST',
  'PGDATABASE',
  'DATABASE_PRIVATE_URL',
  'ORIGINAL_PATH',
])('%s of another program is not reported', (name) => {
  expect(sentencesOn(name)).toEqual([]);
});

test('an empty unknown variable is not reported', () => {
  expect(findUnknownVariables({ SESION_IDLE: '' })).toEqual([]);
});

test('the sentence about a variable does not contain its value [T31]', () => {
  expect(sentencesOn('DATABASE_URI').join()).not.toContain('tiger');
});
