import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { DatabaseError } from '../database-error.ts';
import type { Engine } from '../engine.ts';

/** The parts of a server's URL. */
export type ServerAddress = {
  engine: Exclude<Engine, 'sqlite'>;
  /** Host and port or socket, and database, for messages: without user, password and options. */
  location: string;
  /** A host name, an address, or for PostgreSQL the folder of a Unix socket. */
  host: string;
  port: number;
  /** The path of a Unix socket of MySQL or MariaDB; null for a connection to host and port. */
  socketPath: string | null;
  /** Empty for the driver's default. */
  user: string;
  password: string;
  /** Empty when the URL has no database. */
  database: string;
  /** The maximum number of connections. */
  poolSize: number;
  tls: Tls | null;
};

/** TLS options that Node and both drivers support. */
export type Tls = {
  rejectUnauthorized: boolean;
  ca?: string;
  cert?: string;
  key?: string;
  /** For pg. */
  checkServerIdentity?: (host: string, certificate: PeerCertificate) => Error | undefined;
  /** For mysql2. */
  verifyIdentity?: boolean;
};

const defaultPorts = { postgresql: 5432, mysql: 3306 } as const;

/** Enough for one process. PostgreSQL accepts 100 connections by default. */
const defaultPoolSize = 10;

/**
 * Parses `postgres://…`, `postgresql://…`, `mysql://…` or `mariadb://…` with its options. MikroORM would ignore the options,
 * and use port 0 when there is none.
 * @throws DatabaseError `bad_url`, also for an unknown option
 */
export function parseServerUrl(url: string): ServerAddress {
  const parsed = URL.parse(url);
  const engine = parseEngine(parsed?.protocol);
  if (!parsed || !engine) {
    throw badUrl('DATABASE_URL has to begin with sqlite:, postgres:, mysql: or mariadb:.');
  }
  const options = parseOptions(parsed.searchParams, engine);
  const socket = parseSocket(options, parsed);
  const host = decode(parsed.hostname).replace(/^\[(.*)\]$/, '$1');
  if (!socket && host === '') throw badUrl('DATABASE_URL has no host.');
  const database = decode(parsed.pathname).replace(/^\//, '');

  return {
    engine,
    location: socket ? `${socket} (${database})` : `${parsed.host}${parsed.pathname}`,
    host: socket && engine === 'postgresql' ? socket : host,
    socketPath: engine === 'mysql' ? socket : null,
    port: Number(parsed.port) || defaultPorts[engine],
    user: decode(parsed.username),
    password: decode(parsed.password),
    database,
    poolSize: parsePoolSize(options.get('pool')),
    tls: engine === 'postgresql' ? postgresqlTls(options, host) : mysqlTls(options, host),
  };
}

function parseEngine(protocol = ''): ServerAddress['engine'] | null {
  if (['postgres:', 'postgresql:'].includes(protocol)) return 'postgresql';
  return ['mysql:', 'mariadb:'].includes(protocol) ? 'mysql' : null;
}

/** The options for sockets and TLS have the names of each engine's command-line programs. */
const optionNames = {
  postgresql: ['pool', 'host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'],
  mysql: ['pool', 'socket', 'ssl-mode', 'ssl-ca', 'ssl-cert', 'ssl-key'],
};

function parseOptions(params: URLSearchParams, engine: ServerAddress['engine']): Map<string, string> {
  const names = optionNames[engine];
  const options = new Map<string, string>();
  for (const [name, value] of params) {
    if (!names.includes(name))
      throw badUrl(`DATABASE_URL has the unknown option ${name}. The options are: ${names.join(', ')}.`);
    if (options.has(name)) throw badUrl(`DATABASE_URL has the option ${name} twice.`);
    options.set(name, value);
  }
  return options;
}

/** The Unix socket of an option, which replaces the host, or of a host like `%2Fvar%2Frun%2Fpostgresql`, as in libpq. */
function parseSocket(options: ReadonlyMap<string, string>, { hostname }: URL): string | null {
  const given = options.get('host') ?? options.get('socket');
  if (given !== undefined && !given.startsWith('/')) {
    throw badUrl('DATABASE_URL: the path of a Unix socket has to begin with a slash.');
  }
  const host = decode(hostname);
  return given ?? (host.startsWith('/') ? host : null);
}

function parsePoolSize(value: string | undefined): number {
  if (value === undefined) return defaultPoolSize;
  if (!/^[1-9]\d{0,3}$/.test(value)) throw badUrl('DATABASE_URL: pool has to be a number from 1 to 9999.');
  return Number(value);
}

/** PostgreSQL's manual, "SSL Support", "Protection Provided in Different Modes". */
function postgresqlTls(options: ReadonlyMap<string, string>, host: string): Tls | null {
  const mode = options.get('sslmode') ?? 'disable';
  const files = readFiles(options, { ca: 'sslrootcert', cert: 'sslcert', key: 'sslkey' });
  switch (mode) {
    case 'disable':
      rejectFiles(files, 'sslmode=disable');
      return null;
    case 'require':
      // As in libpq: with a root certificate, `require` means `verify-ca`.
      return { ...files, ...(files.ca === undefined ? { rejectUnauthorized: false } : anyHostName) };
    case 'verify-ca':
      return { ...files, ...anyHostName };
    case 'verify-full':
      // For an IP address, pg would compare the certificate with `localhost`.
      return {
        ...files,
        rejectUnauthorized: true,
        checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
      };
    default:
      throw badUrl('DATABASE_URL: sslmode has to be one of disable, require, verify-ca, verify-full.');
  }
}

/** https://dev.mysql.com/doc/refman/8.4/en/connection-options.html#option_general_ssl-mode */
function mysqlTls(options: ReadonlyMap<string, string>, host: string): Tls | null {
  const mode = options.get('ssl-mode') ?? 'DISABLED';
  const files = readFiles(options, { ca: 'ssl-ca', cert: 'ssl-cert', key: 'ssl-key' });
  switch (mode) {
    case 'DISABLED':
      rejectFiles(files, 'ssl-mode=DISABLED');
      return null;
    case 'REQUIRED':
      return { ...files, rejectUnauthorized: false };
    case 'VERIFY_CA':
      return { ...files, rejectUnauthorized: true };
    case 'VERIFY_IDENTITY':
      // For an IP address, mysql2 would compare the certificate with `localhost`.
      if (isIP(host))
        throw badUrl('DATABASE_URL: ssl-mode=VERIFY_IDENTITY needs a host name, not an IP address.');
      return { ...files, rejectUnauthorized: true, verifyIdentity: true };
    default:
      throw badUrl('DATABASE_URL: ssl-mode has to be one of DISABLED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY.');
  }
}

const anyHostName = { rejectUnauthorized: true, checkServerIdentity: () => undefined };

type Files = Pick<Tls, 'ca' | 'cert' | 'key'>;

function readFiles(options: ReadonlyMap<string, string>, names: Record<keyof Files, string>): Files {
  const read = (name: string) => {
    const path = options.get(name);
    if (path === undefined) return undefined;
    try {
      // OpenSSL does not find a certificate behind a byte order mark.
      return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
    } catch (error) {
      throw new DatabaseError('bad_url', `DATABASE_URL: the file of ${name} cannot be read: ${path}.`, {
        cause: error,
      });
    }
  };
  const [ca, cert, key] = [read(names.ca), read(names.cert), read(names.key)];
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

/** Rejects certificates that the mode would ignore. */
function rejectFiles(files: Files, mode: string): void {
  if (Object.keys(files).length > 0)
    throw badUrl(
      `DATABASE_URL has a certificate, which ${mode} would ignore. Change the mode, or remove the certificate.`,
    );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badUrl('DATABASE_URL has an invalid percent-encoding. Write a literal % as %25.');
  }
}

const badUrl = (message: string) => new DatabaseError('bad_url', message);
