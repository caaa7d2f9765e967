// cspell:ignore bcher
import { expect, test } from 'vitest';
import { problemsOf } from './problems.fixture.ts';
import { readConfig } from './read-config.ts';
import { workspaceRoot } from './workspace-root.ts';

test('an empty environment has the documented defaults', () => {
  expect(readConfig({})).toMatchObject({
    production: false,
    host: '127.0.0.1',
    port: 3000,
    origin: null,
    databaseUrl: `sqlite:${workspaceRoot}/data/app.db`,
    apiUrl: null,
    seedDemo: true,
  });
});

test('an application may have another default port', () => {
  expect(readConfig({}, { port: 4000 }).port).toBe(4000);
  expect(readConfig({ PORT: '5000' }, { port: 4000 }).port).toBe(5000);
});

test('an empty variable counts as unset', () => {
  expect(readConfig({ PORT: '', API_URL: '' })).toMatchObject({ port: 3000, apiUrl: null });
});

test('an error names the variable, what was found, and what was expected', () => {
  expect(problemsOf({ PORT: 'abc' })).toBe('PORT: found "abc"; expected a port number from 0 to 65535.');
});

test('one error names every invalid variable', () => {
  const message = problemsOf({
    NODE_ENV: 'production',
    PORT: '99999',
    SESSION_IDLE: 'soon',
    ORIGIN: 'example.com',
    LOG_LEVEL: 'loud',
    SEED_DEMO: 'on',
  });
  expect(message.split('\n').map((line) => line.split(':')[0])).toEqual([
    'PORT',
    'ORIGIN',
    'LOG_LEVEL',
    'SESSION_IDLE',
    'SEED_DEMO',
  ]);
});

test('a long value is cut off in the error', () => {
  expect(problemsOf({ LOG_LEVEL: 'x'.repeat(1000) })).toContain(`found "${'x'.repeat(80)}…";`);
});

test.each([
  ['API_URL', 'http://susan:tiger@127.0.0.1:4000'],
  ['SMTP_URL', 'http://susan:tiger@mail.example.com'],
  ['PASSWORD_PEPPER', '2026:tiger'],
])('an error about %s does not show its value [T31]', (variable, value) => {
  const message = problemsOf({ [variable]: value });
  expect(message).toContain(`${variable}: found a value that is not shown, as it may contain a secret;`);
  expect(message).not.toContain('tiger');
});

test('production requires ORIGIN and refuses demo users', () => {
  expect(problemsOf({ NODE_ENV: 'production', SEED_DEMO: 'on' })).toMatch(
    /^ORIGIN: found nothing; .*\nSEED_DEMO: found "on"; expected off in production: .*$/,
  );
  expect(readConfig({ NODE_ENV: 'production', ORIGIN: 'https://a.example' }).seedDemo).toBe(false);
});

test('production refuses fast password hashing, which tests use', () => {
  const env = { PASSWORD_HASHING: 'fast', ORIGIN: 'https://a.example' };
  expect(problemsOf({ ...env, NODE_ENV: 'production' })).toBe(
    'PASSWORD_HASHING: found "fast"; expected standard in production: fast hashes are for tests.',
  );
  expect(readConfig(env).passwords.hashing).toBe('fast');
  expect(readConfig({}).passwords.hashing).toBe('standard');
});

test('production refuses an http:// origin, except on a loopback address', () => {
  expect(problemsOf({ NODE_ENV: 'production', ORIGIN: 'http://login.example.com' })).toBe(
    'ORIGIN: found "http://login.example.com"; expected an https:// address in production, or a loopback address.',
  );
  expect(problemsOf({ NODE_ENV: 'production', ORIGIN: 'http://localhost:3000' })).toBe('');
});

test.each(['https://a.example/path', 'ftp://a.example', 'https://user@a.example', 'a.example'])(
  'ORIGIN may not be %s',
  (origin) => {
    expect(problemsOf({ ORIGIN: origin })).toMatch(/^ORIGIN: found ".*"; expected an origin without a path/);
  },
);

test.each(['http://user:pw@127.0.0.1:4000', 'http://127.0.0.1:4000/path', 'ftp://127.0.0.1'])(
  'API_URL may not be %s',
  (url) => {
    expect(problemsOf({ API_URL: url })).toMatch(
      /^API_URL: .*; expected the address of the API without a path/,
    );
  },
);

test('a lifetime below the default idle time limits the idle time too', () => {
  expect(readConfig({ SESSION_LIFETIME: '6h' }).session).toEqual({
    idleMs: 21_600_000,
    lifetimeMs: 21_600_000,
  });
  expect(readConfig({ REMEMBER_LIFETIME: '7d' }).remember.idleMs).toBe(604_800_000);
});

test.each(['SESSION', 'REMEMBER'])('%s_IDLE may not be longer than the lifetime', (name) => {
  expect(problemsOf({ [`${name}_IDLE`]: '2d', [`${name}_LIFETIME`]: '1d' })).toBe(
    `${name}_IDLE: found "2d"; expected a time of at most ${name}_LIFETIME.`,
  );
});

test.each([
  ['2', 2],
  ['10.0.0.1, 192.0.2.0/24', ['10.0.0.1', '192.0.2.0/24']],
  ['loopback,2001:db8::/32', ['loopback', '2001:db8::/32']],
])('TRUST_PROXY may be %s', (value, parsed) => {
  expect(readConfig({ TRUST_PROXY: value }).trustProxy).toEqual(parsed);
});

test.each(['-1', '10', 'proxy.example.com', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.1,'])(
  'TRUST_PROXY may not be %s',
  (value) => {
    expect(problemsOf({ TRUST_PROXY: value })).toContain(
      `TRUST_PROXY: found "${value}"; expected the number of proxies`,
    );
  },
);

test.each(['mail.example.com', 'localhost', 'xn--bcher-kva.example', '192.0.2.7', '2001:db8::7'])(
  'MAIL_HOSTNAME may be %s',
  (value) => {
    expect(readConfig({ MAIL_HOSTNAME: value }).mail.hostname).toBe(value);
  },
);

test.each([
  'mail.example.com.',
  'https://mail.example.com',
  'mail example',
  '-mail.example.com',
  'mail..example.com',
  'mail.example.com\r\nMAIL FROM:<a@example.com>',
  'münchen.example',
])('MAIL_HOSTNAME may not be %j', (value) => {
  expect(problemsOf({ MAIL_HOSTNAME: value })).toMatch(
    /^MAIL_HOSTNAME: found .*; expected the full host name/,
  );
});

test('idle connections stay open for more than a minute, or for KEEP_ALIVE', () => {
  expect(readConfig({}).keepAliveMs).toBe(65_000);
  expect(readConfig({ KEEP_ALIVE: '2m' }).keepAliveMs).toBe(120_000);
});

test.each(['65', '0s', '2d', '65000ms', 'on'])('KEEP_ALIVE may not be %s', (value) => {
  expect(problemsOf({ KEEP_ALIVE: value })).toBe(
    `KEEP_ALIVE: found "${value}"; expected a time like 65s or 10m, at most 1d.`,
  );
});

test.each(['shop_', 'a', 'SHOP-2.'])('COOKIE_PREFIX may be %s', (value) => {
  expect(readConfig({ COOKIE_PREFIX: value }).cookiePrefix).toBe(value);
});

test.each([
  'shop;',
  'shop=',
  'shop ',
  'a,b',
  'a"',
  'a%20',
  'ä',
  'a\r\nb',
  '__Host-',
  '__secure-x',
  'x'.repeat(65),
])('COOKIE_PREFIX may not be %j', (value) => {
  expect(problemsOf({ COOKIE_PREFIX: value })).toMatch(
    /^COOKIE_PREFIX: found .*; expected at most 64 letters/,
  );
});

test.each([
  '*',
  'https://*.example.com',
  'null',
  'www.example.com',
  'https://www.example.com/path',
  'https://:tiger@www.example.com',
  'https://www.example.com,',
  'https://www.example.com https://login.example.org',
])('ALLOWED_ORIGINS may not be %s', (value) => {
  expect(problemsOf({ ALLOWED_ORIGINS: value })).toMatch(
    /^ALLOWED_ORIGINS: found .*; expected origins without/,
  );
});

test('production refuses http:// in ALLOWED_ORIGINS, except on a loopback address', () => {
  const env = { NODE_ENV: 'production', ORIGIN: 'https://login.example.com' };
  expect(problemsOf({ ...env, ALLOWED_ORIGINS: 'https://a.example,http://b.example' })).toBe(
    'ALLOWED_ORIGINS: found "https://a.example,http://b.example"; expected only https:// addresses in production, or loopback addresses.',
  );
  expect(problemsOf({ ...env, ALLOWED_ORIGINS: 'http://localhost:5173' })).toBe('');
});

test('the peppers keep their order', () => {
  const value = '2027:another-long-secret, 2026:a-long-random-secret';
  expect(readConfig({ PASSWORD_PEPPER: value }).passwords.peppers).toEqual([
    { id: '2027', secret: 'another-long-secret' },
    { id: '2026', secret: 'a-long-random-secret' },
  ]);
});

test.each([
  '2026',
  '2026:short',
  '2026:a-long-random-secret,',
  '1:a-long-random-secret,1:another-long-secret',
])('PASSWORD_PEPPER may not be %s', (value) => {
  expect(problemsOf({ PASSWORD_PEPPER: value })).toMatch(/^PASSWORD_PEPPER: .*; expected id:secret, /);
});
