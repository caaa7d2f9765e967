import { expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { allowedOrigins, siteOrigin } from './origin.ts';
import { readConfig } from './read-config.ts';
import { workspaceRoot } from './workspace-root.ts';

const problemsOf = (env: Record<string, string>): string => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
};

test('an empty environment gives the documented defaults', () => {
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

test('an application may have another port by default', () => {
  expect(readConfig({}, { port: 4000 }).port).toBe(4000);
  expect(readConfig({ PORT: '5000' }, { port: 4000 }).port).toBe(5000);
});

test('a variable set to nothing counts as not set', () => {
  expect(readConfig({ PORT: '', API_URL: '' })).toMatchObject({ port: 3000, apiUrl: null });
});

test('a bad value names the variable, what was found and what fits', () => {
  expect(problemsOf({ PORT: 'abc' })).toBe('PORT: found "abc"; expected a port number from 0 to 65535.');
});

test('every bad variable is named at once', () => {
  const message = problemsOf({
    PORT: '99999',
    SESSION_IDLE: 'soon',
    ORIGIN: 'example.com',
    LOG_LEVEL: 'loud',
  });
  for (const variable of ['PORT', 'SESSION_IDLE', 'ORIGIN', 'LOG_LEVEL'])
    expect(message).toContain(`${variable}: found`);
});

test('a database address that does not fit is not repeated: it may hold a password', () => {
  const message = problemsOf({ DATABASE_URL: 'oracle://app:tiger@db/app' });
  expect(message).toContain('DATABASE_URL');
  expect(message).not.toContain('tiger');
});

test.each([
  'sqlite::memory:',
  'sqlite:/var/lib/app.db',
  'postgres://app@127.0.0.1:5432/app',
  'mysql://root@127.0.0.1/app',
  'mariadb://root@127.0.0.1/app',
])('%s is kept as it stands', (url) => {
  expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url);
});

test('production asks for an origin and refuses demo users', () => {
  expect(problemsOf({ NODE_ENV: 'production', SEED_DEMO: 'on' })).toMatch(
    /ORIGIN: found nothing[^]*SEED_DEMO: found "on"/,
  );
  expect(readConfig({ NODE_ENV: 'production', ORIGIN: 'https://a.example' }).seedDemo).toBe(false);
});

test('production refuses fast password hashing, and tests may use it', () => {
  const env = { PASSWORD_HASHING: 'fast', ORIGIN: 'https://a.example' };
  expect(problemsOf({ ...env, NODE_ENV: 'production' })).toBe(
    'PASSWORD_HASHING: found "fast"; expected standard in production: fast hashes are for tests.',
  );
  expect(readConfig(env).passwords.hashing).toBe('fast');
  expect(readConfig({}).passwords.hashing).toBe('standard');
});

test('production refuses an origin without encryption, except on this very machine', () => {
  expect(problemsOf({ NODE_ENV: 'production', ORIGIN: 'http://login.example.com' })).toContain('https://');
  expect(problemsOf({ NODE_ENV: 'production', ORIGIN: 'http://localhost:3000' })).toBe('');
});

test.each(['postgres://app@db', 'postgres://app@db/%zz', 'postgres:///app'])(
  'the database address %s is refused, and not taken for something else',
  (url) => {
    expect(problemsOf({ DATABASE_URL: url })).toContain('DATABASE_URL');
  },
);

test.each(['http://user:pw@127.0.0.1:4000', 'http://127.0.0.1:4000/path', 'ftp://127.0.0.1'])(
  'the address of the API %s is refused, and not repeated',
  (url) => {
    expect(problemsOf({ API_URL: url })).toMatch(/^API_URL: found a value of another form \(not shown/);
  },
);

test('a lifetime below the usual idle time is the idle time too', () => {
  expect(readConfig({ SESSION_LIFETIME: '6h' }).session).toEqual({
    idleMs: 21_600_000,
    lifetimeMs: 21_600_000,
  });
  expect(readConfig({ REMEMBER_LIFETIME: '7d' }).remember.idleMs).toBe(604_800_000);
});

test('an idle time beyond the whole lifetime is refused', () => {
  expect(problemsOf({ SESSION_IDLE: '2d', SESSION_LIFETIME: '1d' })).toContain('SESSION_IDLE: found "2d"');
});

test.each(['https://a.example/path', 'ftp://a.example', 'https://user@a.example', 'a.example'])(
  'the origin %s is refused',
  (origin) => {
    expect(problemsOf({ ORIGIN: origin })).toContain('ORIGIN');
  },
);

test('the origin is derived from host and port, and this machine may be called by its other names', () => {
  const config = readConfig({ PORT: '3001' });
  expect(siteOrigin(config, 3001)).toBe('http://localhost:3001');
  expect(allowedOrigins(config, 3001)).toContain('http://127.0.0.1:3001');
});

test('with ORIGIN set, no other origin is allowed', () => {
  const config = readConfig({ ORIGIN: 'https://login.example.com/' });
  expect(allowedOrigins(config, 3000)).toEqual(['https://login.example.com']);
});

test.each([
  'postgres://app@db/app?sslmode=verify-full&sslrootcert=/etc/ca.pem&pool=20',
  'mysql://app@db/app?ssl-mode=VERIFY_IDENTITY&ssl-ca=/etc/ca.pem',
  'mariadb://app@db/app?pool=5',
])('the options of the database address %s are kept', (url) => {
  expect(decodeURIComponent(readConfig({ DATABASE_URL: url }).databaseUrl)).toBe(url);
});

test('a certificate is the same file from every folder', () => {
  const url = 'postgres://app@db/app?sslmode=verify-ca&sslrootcert=certificates/ca.pem';
  const { searchParams } = new URL(readConfig({ DATABASE_URL: url }).databaseUrl);
  expect(searchParams.get('sslrootcert')).toBe(`${workspaceRoot}/certificates/ca.pem`);
});

test.each([
  ['postgres://app:tiger@db/app?sslmod=require', 'no option sslmod, but one of pool, sslmode'],
  ['mysql://app:tiger@db/app?sslmode=require', 'no option sslmode, but one of pool, ssl-mode'],
  ['postgres://app:tiger@db/app?ssl=true', 'no option ssl,'],
  ['postgres://app:tiger@db/app?sslmode=prefer', 'one sslmode that fits'],
  ['postgres://app:tiger@db/app?pool=many', 'one pool that fits'],
  ['postgres://app:tiger@db/app?sslmode=require&sslmode=disable', 'one sslmode that fits'],
])('of the database address %s, the option is named and nothing else repeated', (url, why) => {
  expect(problemsOf({ DATABASE_URL: url })).toContain(why);
  expect(problemsOf({ DATABASE_URL: url })).not.toContain('tiger');
});
