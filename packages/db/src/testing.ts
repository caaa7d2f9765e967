import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MigrationObject } from '@mikro-orm/core';
import type { Database } from './database.ts';
import { DatabaseError } from './database-error.ts';
import type { Engine } from './engine.ts';
import { connectToServer, type ServerConnection } from './connection/connect-to-server.ts';
import { parseServerUrl } from './connection/server-url.ts';

export { startProxy, startTlsProxy, type Proxy } from './connection/proxy.fixture.ts';
export { testTls } from './connection/tls.fixture.ts';
export { insertRowInEveryTable } from './rows.fixture.ts';

/** An empty database for a test. */
export type TemporaryDatabase = {
  engine: Engine;
  url: string;
  /** A temporary folder, on every engine, for other files of the test. */
  folder: string;
  remove(): Promise<void>;
};

/** An engine to run tests on. */
export type EngineUnderTest = {
  engine: Engine;
  /** The URL of its server, without a database; null for SQLite. */
  serverUrl: string | null;
  /** Why its tests are skipped; null when they can run. */
  problem: string | null;
};

/** Returns the engine of the current test project; SQLite by default. */
export const engineUnderTest = (): Engine => engineNamed(process.env['LATCHKEY_TEST_ENGINE']);

/**
 * Creates an empty database: a SQLite file in a temporary folder, or a database with a random name on the server.
 * @param engine by default, the engine of the current test project
 */
export async function temporaryDatabase(engine = engineUnderTest()): Promise<TemporaryDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  if (engine === 'sqlite') {
    return { engine, url: `sqlite:${join(folder, 'app.db')}`, folder, remove: removeFolder };
  }

  const serverUrl = testServers()[engine];
  const name = `${databasePrefix(process.env['LATCHKEY_TEST_RUN'] ?? 'alone')}${randomBytes(8).toString('hex')}`;
  await onServer(serverUrl, (server) => server.run(create[engine](name)));
  return {
    engine,
    url: Object.assign(new URL(serverUrl), { pathname: `/${name}`, search: '' }).href,
    folder,
    async remove() {
      await onServer(serverUrl, (server) => server.run(drop[engine](name)));
      await removeFolder();
    },
  };
}

/**
 * Runs the migrations on an empty database. For the tests of this package, which cannot import the migrator; other packages
 * call `upgrade`.
 */
export async function createTables({ orm, engine, migrationsFolder }: Database): Promise<void> {
  const folder = join(migrationsFolder, engine);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort();
  const migrationsList = await Promise.all(
    files.map(async (file): Promise<MigrationObject> => {
      const name = file.slice(0, -'.ts'.length);
      // The cast: the file of a migration exports a class with the name of the file.
      const module = (await import(join(folder, file))) as Record<string, MigrationObject['class']>;
      const migration = module[name];
      if (!migration) throw new Error(`${file} does not export a class ${name}.`);
      return { name, class: migration };
    }),
  );
  const options = { ...orm.config.get('migrations'), migrationsList, snapshot: false, silent: true };
  orm.config.set('migrations', options);
  await orm.migrator.up();
}

/**
 * Runs a program with Node, because the test runner resolves paths differently.
 * @param folder the working directory
 * @returns its output
 */
export async function runWithNode(program: string, folder: string): Promise<string> {
  const args = ['--input-type=module', '-e', program];
  return (await promisify(execFile)(process.execPath, args, { cwd: folder })).stdout;
}

/** The prefix of the names of a test run's databases. */
const databasePrefix = (run: string) => `latchkey_test_${run}_`;

/** Drops the databases that a test run has left on a server. @param run the value of `LATCHKEY_TEST_RUN` */
export async function dropTestDatabases(run: string, engine: Exclude<Engine, 'sqlite'>): Promise<void> {
  const names = {
    postgresql: 'select datname as name from pg_database',
    mysql: 'select schema_name as name from information_schema.schemata',
  };
  await onServer(testServers()[engine], async (server) => {
    for (const { name } of await server.run(names[engine])) {
      if (typeof name === 'string' && name.startsWith(databasePrefix(run)))
        await server.run(drop[engine](name));
    }
  });
}

/** Terminates all connections to a database on a server. */
export async function terminateConnections(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  const sessions = {
    postgresql: `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    mysql: `select id from information_schema.processlist where db = '${name}'`,
  };
  await onServer(url, async (server) => {
    const ended = await server.run(sessions[parseServerUrl(url).engine]);
    // PostgreSQL's statement has already terminated them.
    for (const { id } of ended) if (typeof id === 'number') await server.run(`kill ${id}`);
  });
}

/** Returns all engines, and why tests on them are skipped. Called once per test run. */
export async function enginesUnderTest(): Promise<EngineUnderTest[]> {
  const { postgresql, mysql } = testServers();
  const servers = await Promise.all([probe('postgresql', postgresql), probe('mysql', mysql)]);
  return [{ engine: 'sqlite', serverUrl: null, problem: null }, ...servers];
}

/** The servers for tests. `DATABASE_TEST_URLS` can contain other ones, separated by commas. */
export function testServers(): Record<Exclude<Engine, 'sqlite'>, string> {
  const urls = (process.env['DATABASE_TEST_URLS'] ?? '').split(',').filter((url) => url.trim() !== '');
  const servers = { postgresql: 'postgres://postgres@127.0.0.1:5432', mysql: 'mysql://root@127.0.0.1:3306' };
  for (const url of urls) servers[parseServerUrl(url.trim()).engine] = url.trim();
  return servers;
}

async function probe(engine: Exclude<Engine, 'sqlite'>, serverUrl: string): Promise<EngineUnderTest> {
  const { host, port } = parseServerUrl(serverUrl);
  const location = `${host}:${port}`;
  const problem = await onServer(serverUrl, (server) => server.run('select 1')).then(
    () => null,
    (error: unknown) =>
      error instanceof DatabaseError && error.reason === 'unreachable'
        ? `no ${productNames[engine]} server at ${location}`
        : `the ${productNames[engine]} server at ${location} refuses the login`,
  );
  return { engine, serverUrl, problem };
}

const productNames = { postgresql: 'PostgreSQL', mysql: 'MySQL or MariaDB' } as const;

async function onServer(url: string, work: (server: ServerConnection) => Promise<unknown>): Promise<void> {
  const server = await connectToServer(url);
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

const create = {
  // Independent of the server's default encoding.
  postgresql: (name: string) =>
    `create database ${name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`,
  mysql: (name: string) => `create database ${name}`,
};

const drop = {
  // A failed test may have left a connection open.
  postgresql: (name: string) => `drop database if exists ${name} with (force)`,
  mysql: (name: string) => `drop database if exists ${name}`,
};

function engineNamed(name = 'sqlite'): Engine {
  if (name === 'sqlite' || name === 'postgresql' || name === 'mysql') return name;
  throw new Error(`Unknown engine ${name}.`);
}
