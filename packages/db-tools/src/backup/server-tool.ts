import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { parseServerUrl } from '@latchkey/db/connection';
import { toBackupError, BackupError } from './backup-error.ts';

/** A client program of a database server. The password is passed in the environment or a file, not visible in the process list. */
export type Tool = {
  path: string;
  /** Arguments that must come first. */
  first: readonly string[];
  env: NodeJS.ProcessEnv;
};

/** Returns the path of the first program that is installed, or null. */
export async function findProgram(...names: string[]): Promise<string | null> {
  for (const name of names) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
      const path = join(folder, name);
      const isExecutable = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isExecutable) return path;
    }
  }
  return null;
}

/** @throws BackupError `no_tool` */
export async function requireProgram(names: readonly string[], what: string): Promise<string> {
  const path = await findProgram(...names);
  if (path !== null) return path;
  throw new BackupError(
    'no_tool',
    `${names.join(' or ')} is not installed, but is required for ${what}. Install the client programs of the server.`,
  );
}

/** Passes the connection in the environment of libpq (PostgreSQL manual, "Environment Variables"). */
export function withPostgresqlTool<T>(
  path: string,
  url: string,
  work: (tool: Tool) => Promise<T>,
): Promise<T> {
  return withFolder(async (folder) => {
    const env = postgresqlEnvironment(url, await rootCertificates(url, 'sslrootcert', folder));
    return work({ path, first: [], env });
  });
}

function postgresqlEnvironment(url: string, rootCertificate: string): NodeJS.ProcessEnv {
  const { host, port, user, password, database } = parseServerUrl(url);
  const options = new URL(url).searchParams;
  const given = {
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: database,
    PGSSLMODE: options.get('sslmode') ?? 'disable',
    PGSSLROOTCERT: rootCertificate,
    PGSSLCERT: options.get('sslcert') ?? '',
    PGSSLKEY: options.get('sslkey') ?? '',
  };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  return { ...process.env, ...set };
}

/**
 * The file of root certificates. If a certificate is verified and none is given, these are Node's, as in the application. The
 * programs would use their own default; libpq supports the system's store since version 16, and only for `verify-full`.
 */
async function rootCertificates(url: string, option: string, folder: string): Promise<string> {
  const given = new URL(url).searchParams.get(option);
  if (given !== null) return given;
  if (parseServerUrl(url).tls?.rejectUnauthorized !== true) return '';
  const file = join(folder, 'root.crt');
  await writeFile(file, getCACertificates().join('\n'), { mode: 0o600 });
  return file;
}

/** Passes the connection in an option file, which only its owner can read and which is deleted afterwards. */
export function withMysqlTool<T>(path: string, url: string, work: (tool: Tool) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const file = join(folder, 'options.cnf');
    const options = mysqlOptionFile(url, await rootCertificates(url, 'ssl-ca', folder));
    await writeFile(file, options, { mode: 0o600 });
    return work({ path, first: [`--defaults-extra-file=${file}`], env: process.env });
  });
}

/** Creates a temporary folder that only its owner can read, and deletes it after the work. */
async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Options that only MySQL or only MariaDB supports have the prefix `loose-` or are in a group of their own. */
function mysqlOptionFile(url: string, rootCertificate: string): string {
  const { host, port, socketPath, user, password, tls } = parseServerUrl(url);
  const options = new URL(url).searchParams;
  const files = ['ssl-cert', 'ssl-key'].map((name) => [name, options.get(name) ?? ''] as const);
  const mode = options.get('ssl-mode') ?? '';
  const given = [
    // Without a protocol, the programs replace the host localhost with the socket of their own default.
    ...(socketPath
      ? ([
          ['protocol', 'socket'],
          ['socket', socketPath],
        ] as const)
      : ([
          ['protocol', 'tcp'],
          ['host', host],
          ['port', String(port)],
        ] as const)),
    ['user', user],
    ['password', password],
    ['loose-ssl-mode', mode],
    ['ssl-ca', rootCertificate],
    ...files,
  ] as const;
  const lines = given
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`);
  const verify = mode === 'VERIFY_IDENTITY' ? ['ssl-verify-server-cert'] : [];
  const ofMariadb = tls ? ['[client-mariadb]', 'ssl', ...verify] : [];
  return `${['[client]', ...lines, ...ofMariadb].join('\n')}\n`;
}

export type RunOptions = {
  /** A file to pass as standard input. */
  input?: string;
  /** The file that the program writes, for messages. */
  writes?: string;
  /** Called with parts of its standard output, which is discarded by default. */
  onOutput?: (text: string) => void;
};

/**
 * Runs a program until it ends.
 * @throws BackupError `tool_failed` with its error message; `damaged`, `no_access` or `no_file` if the input cannot be read
 * completely, which the program itself does not notice
 */
export async function runTool(
  { path, first, env }: Tool,
  words: readonly string[],
  { input, writes, onOutput }: RunOptions = {},
): Promise<void> {
  const child = spawn(path, [...first, ...words], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let errorOutput = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorOutput = (errorOutput + text).slice(0, 10_000);
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => onOutput?.(text));
  // The program may end before it has read all input, and reports the reason itself.
  child.stdin.on('error', () => undefined);
  const reading = input === undefined ? null : createReadStream(input);
  if (reading) reading.on('error', () => child.stdin.end()).pipe(child.stdin);
  else child.stdin.end();

  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (reading?.errored) throw toReadError(String(reading.path), reading.errored);
  if (code === 0) return;
  const program = path.slice(path.lastIndexOf('/') + 1);
  const lines = errorOutput.split('\n').filter((text) => text.trim() !== '');
  // MariaDB's client prints the statement before its error.
  const line = lines.find((text) => /\berror\b/i.test(text)) ?? lines[0] ?? 'no error message';
  const message = line.startsWith(program) ? line : `${program}: ${line}`;
  if (/no space left on device|errno 28\b/i.test(errorOutput)) {
    throw new BackupError(
      'disk_full',
      `The disk is full${writes === undefined ? '' : ` at ${writes}`}: ${message}`,
    );
  }
  throw new BackupError('tool_failed', `${message} (exit code ${code ?? 'none'}). Nothing was changed.`);
}

function toReadError(input: string, error: Error): unknown {
  const explained = toBackupError(error, input);
  if (explained instanceof BackupError) return explained;
  return new BackupError(
    'damaged',
    `${input} cannot be read completely (${error.message}). Nothing was changed. Check the disk.`,
    { cause: error },
  );
}
