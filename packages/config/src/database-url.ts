import { resolve } from 'node:path';
import { z } from 'zod';
import { isDecodable } from './values.ts';
import { workspaceRoot } from './workspace-root.ts';

/** An option in the query of a server's URL. `expected` completes "expected the option … to be …". */
type UrlOption = { isValid: (value: string) => boolean; expected: string };
type UrlOptions = Readonly<Record<string, UrlOption>>;

const poolSize: UrlOption = {
  isValid: (value) => /^[1-9]\d{0,3}$/.test(value),
  expected: 'a number from 1 to 9999',
};
const filePath: UrlOption = { isValid: (value) => value !== '', expected: 'the path of a file' };

/** The names and values are those of libpq. */
const postgresOptions: UrlOptions = {
  pool: poolSize,
  sslmode: oneOf('disable', 'require', 'verify-ca', 'verify-full'),
  sslrootcert: filePath,
  sslcert: filePath,
  sslkey: filePath,
};

/** The names and values are those of the `mysql` command. */
const mysqlOptions: UrlOptions = {
  pool: poolSize,
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

/** `DATABASE_URL`, with absolute paths: a relative path starts at the workspace root, whatever the current folder. */
export const databaseUrl = z.string().transform((value, context) => {
  const expected = problemOf(value);
  if (expected === null) return withAbsolutePaths(value);
  context.addIssue({ code: 'custom', message: expected });
  return z.NEVER;
});

/** @returns what was expected instead, or null for a valid URL. Contains names of options, but no values. */
function problemOf(value: string): string | null {
  if (/^sqlite:.+/.test(value)) return null;
  const url = URL.parse(value);
  const options = url && optionsByProtocol[url.protocol];
  if (!options || url.hostname === '' || url.pathname.length < 2 || !isDecodable(url.href)) {
    return 'sqlite:PATH, sqlite::memory:, postgres://…, mysql://… or mariadb://…';
  }
  for (const [name, given] of url.searchParams) {
    const option = options[name];
    if (!option) return `only the options ${Object.keys(options).join(', ')}, not ${name}`;
    if (!option.isValid(given)) return `the option ${name} to be ${option.expected}`;
    if (url.searchParams.getAll(name).length > 1) return `the option ${name} only once`;
  }
  return null;
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
