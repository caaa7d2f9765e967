import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { DatabaseError } from '../database-error.ts';
import type { Engine } from '../engine.ts';

/** What a server's URL says, in the words of both drivers. */
export type ServerAddress = {
  engine: Exclude<Engine, 'sqlite'>;
  /** For messages: no user, no password, no options. */
  location: string;
  host: string;
  port: number;
  /** Empty: the driver's own idea of one. */
  user: string;
  password: string;
  /** Empty where a URL names a server only. */
  database: string;
  /** How many connections at the most. */
  poolSize: number;
  tls: Tls | null;
};

/** What Node's TLS and both drivers understand alike. */
export type Tls = {
  rejectUnauthorized: boolean;
  ca?: string;
  cert?: string;
  key?: string;
  /** pg goes by this one, */
  checkServerIdentity?: (host: string, certificate: PeerCertificate) => Error | undefined;
  /** and mysql2 by this one. */
  verifyIdentity?: boolean;
};

const ports = { postgresql: 5432, mysql: 3306 } as const;

/** Enough for what one process does at a time; a PostgreSQL server as it comes has a hundred for all. */
const usualPoolSize = 10;

/**
 * Reads `postgres://…`, `postgresql://…`, `mysql://…` or `mariadb://…` with its options. MikroORM would drop the options in
 * silence, and take 0 for the port where none is given.
 * @throws DatabaseError `bad_url`, which names an option that there is not
 */
export function parseServerUrl(url: string): ServerAddress {
  const parsed = URL.parse(url);
  const engine = engineOf(parsed?.protocol);
  if (!parsed || !engine) {
    throw badUrl('DATABASE_URL is none of sqlite:, postgres:, mysql: or mariadb:.');
  }
  const host = decoded(parsed.hostname).replace(/^\[(.*)\]$/, '$1');
  if (host === '') throw badUrl('DATABASE_URL names no host.');
  const options = optionsOf(parsed.searchParams, engine);

  return {
    engine,
    location: `${parsed.host}${parsed.pathname}`,
    host,
    port: Number(parsed.port) || ports[engine],
    user: decoded(parsed.username),
    password: decoded(parsed.password),
    database: decoded(parsed.pathname).replace(/^\//, ''),
    poolSize: poolSizeOf(options.get('pool')),
    tls: engine === 'postgresql' ? postgresqlTls(options, host) : mysqlTls(options, host),
  };
}

function engineOf(protocol = ''): ServerAddress['engine'] | null {
  if (['postgres:', 'postgresql:'].includes(protocol)) return 'postgresql';
  return ['mysql:', 'mariadb:'].includes(protocol) ? 'mysql' : null;
}

/** Each engine's own words for TLS, as its command-line programs have them. */
const optionNames = {
  postgresql: ['pool', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'],
  mysql: ['pool', 'ssl-mode', 'ssl-ca', 'ssl-cert', 'ssl-key'],
};

function optionsOf(given: URLSearchParams, engine: ServerAddress['engine']): Map<string, string> {
  const names = optionNames[engine];
  const options = new Map<string, string>();
  for (const [name, value] of given) {
    if (!names.includes(name))
      throw badUrl(`DATABASE_URL has an option ${name}. There are: ${names.join(', ')}.`);
    if (options.has(name)) throw badUrl(`DATABASE_URL has the option ${name} twice.`);
    options.set(name, value);
  }
  return options;
}

function poolSizeOf(value: string | undefined): number {
  if (value === undefined) return usualPoolSize;
  if (!/^[1-9]\d{0,3}$/.test(value)) throw badUrl('DATABASE_URL: pool is a number from 1 to 9999.');
  return Number(value);
}

/** PostgreSQL's manual, "SSL Support", "Protection Provided in Different Modes". */
function postgresqlTls(options: ReadonlyMap<string, string>, host: string): Tls | null {
  const mode = options.get('sslmode') ?? 'disable';
  const files = filesOf(options, { ca: 'sslrootcert', cert: 'sslcert', key: 'sslkey' });
  switch (mode) {
    case 'disable':
      refuseFiles(files, 'sslmode=disable');
      return null;
    case 'require':
      // As libpq has it: with a root certificate, `require` is `verify-ca`.
      return { ...files, ...(files.ca === undefined ? { rejectUnauthorized: false } : anyName) };
    case 'verify-ca':
      return { ...files, ...anyName };
    case 'verify-full':
      // Without this, pg would ask an address of numbers for a certificate of `localhost`.
      return {
        ...files,
        rejectUnauthorized: true,
        checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
      };
    default:
      throw badUrl('DATABASE_URL: sslmode is one of disable, require, verify-ca, verify-full.');
  }
}

/** https://dev.mysql.com/doc/refman/8.4/en/connection-options.html#option_general_ssl-mode */
function mysqlTls(options: ReadonlyMap<string, string>, host: string): Tls | null {
  const mode = options.get('ssl-mode') ?? 'DISABLED';
  const files = filesOf(options, { ca: 'ssl-ca', cert: 'ssl-cert', key: 'ssl-key' });
  switch (mode) {
    case 'DISABLED':
      refuseFiles(files, 'ssl-mode=DISABLED');
      return null;
    case 'REQUIRED':
      return { ...files, rejectUnauthorized: false };
    case 'VERIFY_CA':
      return { ...files, rejectUnauthorized: true };
    case 'VERIFY_IDENTITY':
      // mysql2 would compare the certificate of an address of numbers with `localhost`.
      if (isIP(host)) throw badUrl('DATABASE_URL: ssl-mode=VERIFY_IDENTITY needs the name of a host.');
      return { ...files, rejectUnauthorized: true, verifyIdentity: true };
    default:
      throw badUrl('DATABASE_URL: ssl-mode is one of DISABLED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY.');
  }
}

const anyName = { rejectUnauthorized: true, checkServerIdentity: () => undefined };

type Files = Pick<Tls, 'ca' | 'cert' | 'key'>;

function filesOf(options: ReadonlyMap<string, string>, names: Record<keyof Files, string>): Files {
  const read = (name: string) => {
    const path = options.get(name);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      throw new DatabaseError('bad_url', `DATABASE_URL: ${name} cannot be read: ${path}.`, { cause: error });
    }
  };
  const [ca, cert, key] = [read(names.ca), read(names.cert), read(names.key)];
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

/** Whoever names a certificate does not want to do without. */
function refuseFiles(files: Files, mode: string): void {
  if (Object.keys(files).length > 0) throw badUrl(`DATABASE_URL names a certificate, and has ${mode}.`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badUrl('DATABASE_URL has a % that begins no character: write %25 for it.');
  }
}

const badUrl = (message: string) => new DatabaseError('bad_url', message);
