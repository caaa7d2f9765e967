import { resolve } from 'node:path';
import { z } from 'zod';
import { encodingProblem } from './url-encoding.ts';
import { workspaceRoot } from './workspace-root.ts';

/** An option in the query of a server's URL. `expected` completes "expected the option … to be …". */
type UrlOption = { isValid: (value: string) => boolean; expected: string };
type UrlOptions = Readonly<Record<string, UrlOption>>;

const poolSize: UrlOption = {
  isValid: (value) => /^[1-9]\d{0,3}$/.test(value),
  expected: 'a number from 1 to 9999',
};
const filePath: UrlOption = { isValid: (value) => value !== '', expected: 'the path of a file' };
const absolutePath = (expected: string): UrlOption => ({
  isValid: (value) => value.startsWith('/'),
  expected,
});

/** The names and values are those of libpq. */
const postgresOptions: UrlOptions = {
  pool: poolSize,
  host: absolutePath('the absolute path of the folder of a Unix socket, like /var/run/postgresql'),
  sslmode: oneOf('disable', 'require', 'verify-ca', 'verify-full'),
  sslrootcert: filePath,
  sslcert: filePath,
  sslkey: filePath,
};

/** The names and values are those of the `mysql` command. */
const mysqlOptions: UrlOptions = {
  pool: poolSize,
  socket: absolutePath('the absolute path of a Unix socket, like /run/mysqld/mysqld.sock'),
  'ssl-mode': oneOf('DISABLED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'),
  'ssl-ca': filePath,
  'ssl-cert': filePath,
  'ssl-key': filePath,
};

const optionsByProtocol: Readonly<Record<string, UrlOptions>> = {
  'postgres:': postgresOptions,
  'postgresql:': postgresOptions,
  'mysql:': mysqlOptions,
  'mariadb:': mysqlOptions,
};

/**
 * `DATABASE_URL`, with absolute paths: a relative path starts at the workspace root, whatever the current folder. A URL with only
 * a Unix socket gets the host `localhost`, which it has in effect.
 */
export const databaseUrl = z.string().transform((given, context) => {
  const value = withHost(given);
  const expected = problemOf(given, value);
  if (expected === null) return withAbsolutePaths(value);
  context.addIssue({ code: 'custom', message: expected });
  return z.NEVER;
});

/** A URL parser accepts no user without a host, as in `postgres://app@/app?host=/var/run/postgresql`. */
const withHost = (value: string) => value.replace(withoutHost, '$1localhost');
const withoutHost = /^((?:postgres|postgresql|mysql|mariadb):\/\/(?:[^/?#]*@)?)(?=(?::\d*)?(?:[/?#]|$))/i;

/** @returns what was expected instead, or null for a valid URL. Contains names of options, but no values. */
function problemOf(given: string, value: string): string | null {
  if (/^sqlite:.+/.test(value)) return null;
  const [protocol = ''] = /^[^:]*:(?=\/\/)/.exec(value) ?? [];
  const options = optionsByProtocol[protocol.toLowerCase()];
  if (!options) return 'sqlite:PATH, sqlite::memory:, postgres://…, mysql://… or mariadb://…';

  const encoding = encodingProblem(value);
  if (encoding !== null) return encoding;
  const url = URL.parse(value);
  if (!url) return 'a host, and a port from 1 to 65535, like db.example.com:5432';
  if (url.pathname.length < 2)
    return `the name of a database after the host, like ${protocol}//app@127.0.0.1/app`;
  return problemOfOptions(url, options) ?? (withoutHost.test(given) ? problemOfSocket(url) : null);
}

function problemOfOptions({ searchParams }: URL, options: UrlOptions): string | null {
  for (const [name, given] of searchParams) {
    const option = options[name];
    if (!option) return `only the options ${Object.keys(options).join(', ')}, not ${name}`;
    if (!option.isValid(given)) return `the option ${name} to be ${option.expected}`;
    if (searchParams.getAll(name).length > 1) return `the option ${name} only once`;
  }
  return null;
}

function problemOfSocket({ searchParams }: URL): string | null {
  if (searchParams.has('host') || searchParams.has('socket')) return null;
  return 'a host; or a Unix socket, like postgres:///app?host=/var/run/postgresql or mysql:///app?socket=/run/mysqld/mysqld.sock';
}

function withAbsolutePaths(value: string): string {
  const [, path] = /^sqlite:(.+)$/.exec(value) ?? [];
  if (path === ':memory:') return value;
  if (path) return `sqlite:${resolve(workspaceRoot, path.replace(/^\/\/(?=\/)/, ''))}`;

  const url = new URL(value);
  const files = [...url.searchParams].filter(
    ([name]) => optionsByProtocol[url.protocol]?.[name] === filePath,
  );
  if (files.length === 0) return value;
  for (const [name, file] of files) url.searchParams.set(name, resolve(workspaceRoot, file));
  return url.href;
}

function oneOf(...choices: string[]): UrlOption {
  return { isValid: (value) => choices.includes(value), expected: `one of ${choices.join(', ')}` };
}
