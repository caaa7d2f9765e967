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

/** A database of its own on one engine, and the means to take it away again: for tests. */
export type TemporaryDatabase = {
  engine: Engine;
  url: string;
  /** A folder of its own, on every engine: for files beside the database. */
  folder: string;
  remove(): Promise<void>;
};

/** An engine that tests are to run on. */
export type EngineUnderTest = {
  engine: Engine;
  /** Its server, without a database; null for SQLite, which has none. */
  serverUrl: string | null;
  /** Why nothing can be tested there, in a few words; null when it can. */
  problem: string | null;
};

/** What a project of tests is run on; SQLite where nobody says otherwise. */
export const engineUnderTest = (): Engine => engineNamed(process.env['LATCHKEY_TEST_ENGINE']);

/**
 * Makes an empty database: a SQLite file in a folder of its own, or a database with a random name on the server.
 * @param engine the one that the tests of this process are run on, unless a test is about another one
 */
export async function temporaryDatabase(engine = engineUnderTest()): Promise<TemporaryDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  if (engine === 'sqlite') {
    return { engine, url: `sqlite:${join(folder, 'app.db')}`, folder, remove: removeFolder };
  }

  const serverUrl = testServers()[engine];
  const name = `${databasesOf(process.env['LATCHKEY_TEST_RUN'] ?? 'alone')}${randomBytes(8).toString('hex')}`;
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
 * Makes the application's tables in an empty database, by its migrations. For the tests of this package, which cannot import
 * the migrator: the packages above it call `upgrade`.
 */
export async function createTables({ orm, engine, migrationsFolder }: Database): Promise<void> {
  const folder = join(migrationsFolder, engine);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort();
  const migrationsList = await Promise.all(
    files.map(async (file): Promise<MigrationObject> => {
      const name = file.slice(0, -'.ts'.length);
      // The cast: a migration's file exports a class of its own name.
      const module = (await import(join(folder, file))) as Record<string, MigrationObject['class']>;
      const migration = module[name];
      if (!migration) throw new Error(`${file} has no class ${name}.`);
      return { name, class: migration };
    }),
  );
  const options = { ...orm.config.get('migrations'), migrationsList, snapshot: false, silent: true };
  orm.config.set('migrations', options);
  await orm.migrator.up();
}

/**
 * What a program prints that Node itself runs, as it runs everything but a test: the test runner reads paths in its own way.
 * @param folder where it runs
 */
export async function runWithNode(program: string, folder: string): Promise<string> {
  const given = ['--input-type=module', '-e', program];
  return (await promisify(execFile)(process.execPath, given, { cwd: folder })).stdout;
}

/** How the databases of one run of tests begin. */
const databasesOf = (run: string) => `latchkey_test_${run}_`;

/** Drops what the tests of a run have left on a server. @param run what `LATCHKEY_TEST_RUN` was for them */
export async function dropTestDatabases(run: string, engine: Exclude<Engine, 'sqlite'>): Promise<void> {
  const names = {
    postgresql: 'select datname as name from pg_database',
    mysql: 'select schema_name as name from information_schema.schemata',
  };
  await onServer(testServers()[engine], async (server) => {
    for (const { name } of await server.run(names[engine])) {
      if (typeof name === 'string' && name.startsWith(databasesOf(run))) await server.run(drop[engine](name));
    }
  });
}

/** Ends every connection to a database on a server, as an administrator does. */
export async function terminateConnections(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  const sessions = {
    postgresql: `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    mysql: `select id from information_schema.processlist where db = '${name}'`,
  };
  await onServer(url, async (server) => {
    const ended = await server.run(sessions[parseServerUrl(url).engine]);
    // PostgreSQL has ended them already.
    for (const { id } of ended) if (typeof id === 'number') await server.run(`kill ${id}`);
  });
}

/** All engines, each with what stands in its way: asked once for a whole run. */
export async function enginesUnderTest(): Promise<EngineUnderTest[]> {
  const { postgresql, mysql } = testServers();
  const servers = await Promise.all([probe('postgresql', postgresql), probe('mysql', mysql)]);
  return [{ engine: 'sqlite', serverUrl: null, problem: null }, ...servers];
}

/** `DATABASE_TEST_URLS` names other servers than the ones on this machine, with commas between. */
export function testServers(): Record<Exclude<Engine, 'sqlite'>, string> {
  const given = (process.env['DATABASE_TEST_URLS'] ?? '').split(',').filter((url) => url.trim() !== '');
  const servers = { postgresql: 'postgres://postgres@127.0.0.1:5432', mysql: 'mysql://root@127.0.0.1:3306' };
  for (const url of given) servers[parseServerUrl(url.trim()).engine] = url.trim();
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
        : `the ${productNames[engine]} server at ${location} lets nobody in`,
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
  // Whatever the server's own encoding is.
  postgresql: (name: string) =>
    `create database ${name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`,
  mysql: (name: string) => `create database ${name}`,
};

const drop = {
  // A test that failed may have left a connection.
  postgresql: (name: string) => `drop database if exists ${name} with (force)`,
  mysql: (name: string) => `drop database if exists ${name}`,
};

function engineNamed(name = 'sqlite'): Engine {
  if (name === 'sqlite' || name === 'postgresql' || name === 'mysql') return name;
  throw new Error(`There is no engine ${name}.`);
}
