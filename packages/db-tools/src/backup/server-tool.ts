import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { parseServerUrl } from '@latchkey/db/connection';
import { backupError, BackupError } from './backup-error.ts';

/** A program that comes with a database server, to be run without its password being seen among the processes. */
export type Tool = {
  path: string;
  /** Arguments that have to come first. */
  first: readonly string[];
  env: NodeJS.ProcessEnv;
};

/** Where a program is, of several names; null when none is installed. */
export async function findProgram(...names: string[]): Promise<string | null> {
  for (const name of names) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
      const path = join(folder, name);
      const isThere = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isThere) return path;
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
    `${names.join(' or ')} is not installed here, and ${what} needs it. Install the client programs of the server.`,
  );
}

/** libpq reads all of a connection from the environment (PostgreSQL manual, "Environment Variables"). */
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
 * Whom to trust, as a file. Where a certificate is looked at and none is named, the application trusts those that Node
 * does. The programs would look in a place of their own; libpq knows the system's since version 16, and for `verify-full`.
 */
async function rootCertificates(url: string, option: string, folder: string): Promise<string> {
  const given = new URL(url).searchParams.get(option);
  if (given !== null) return given;
  if (parseServerUrl(url).tls?.rejectUnauthorized !== true) return '';
  const file = join(folder, 'root.crt');
  await writeFile(file, getCACertificates().join('\n'), { mode: 0o600 });
  return file;
}

/** MySQL's programs read a file of options, which is there for its owner alone and as long as the work takes. */
export function withMysqlTool<T>(path: string, url: string, work: (tool: Tool) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const file = join(folder, 'options.cnf');
    const options = mysqlOptionFile(url, await rootCertificates(url, 'ssl-ca', folder));
    await writeFile(file, options, { mode: 0o600 });
    return work({ path, first: [`--defaults-extra-file=${file}`], env: process.env });
  });
}

/** A folder for its owner alone, for as long as the work takes. */
async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What one family of programs does not know is marked so that it passes over it: `loose-`, and groups of its own. */
function mysqlOptionFile(url: string, rootCertificate: string): string {
  const { host, port, user, password, tls } = parseServerUrl(url);
  const options = new URL(url).searchParams;
  const files = ['ssl-cert', 'ssl-key'].map((name) => [name, options.get(name) ?? ''] as const);
  const mode = options.get('ssl-mode') ?? '';
  const given = [
    ['host', host],
    ['port', String(port)],
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
  /** A file to be read as its input. */
  input?: string;
  /** The file that it writes, for messages. */
  writes?: string;
  /** Is given what it answers, piece by piece; without this, it is thrown away. */
  onOutput?: (text: string) => void;
};

/**
 * Runs a program to its end.
 * @throws BackupError `tool_failed` with what it complains of; `damaged`, `no_access` or `no_file` for an input that
 * cannot be read to its end, which the program takes for all there is
 */
export async function runTool(
  { path, first, env }: Tool,
  words: readonly string[],
  { input, writes, onOutput }: RunOptions = {},
): Promise<void> {
  const child = spawn(path, [...first, ...words], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, 10_000);
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => onOutput?.(text));
  // It may end before it has read everything, and says why on its own.
  child.stdin.on('error', () => undefined);
  const reading = input === undefined ? null : createReadStream(input);
  if (reading) reading.on('error', () => child.stdin.end()).pipe(child.stdin);
  else child.stdin.end();

  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (reading?.errored) throw notRead(String(reading.path), reading.errored);
  if (code === 0) return;
  const program = path.slice(path.lastIndexOf('/') + 1);
  const lines = complaint.split('\n').filter((text) => text.trim() !== '');
  // MariaDB's client repeats the statement before it says what is wrong with it.
  const said = lines.find((text) => /\berror\b/i.test(text)) ?? lines[0] ?? 'it says nothing';
  const message = said.startsWith(program) ? said : `${program}: ${said}`;
  if (/no space left on device|errno 28\b/i.test(complaint)) {
    throw new BackupError(
      'disk_full',
      `The disk is full${writes === undefined ? '' : ` at ${writes}`}: ${message}`,
    );
  }
  throw new BackupError('tool_failed', `${message} (exit code ${code ?? 'none'}). Nothing was changed.`);
}

function notRead(input: string, error: Error): unknown {
  const told = backupError(error, input);
  if (told instanceof BackupError) return told;
  return new BackupError(
    'damaged',
    `${input} cannot be read to its end (${error.message}). Nothing was changed. Look at the disk.`,
    { cause: error },
  );
}
