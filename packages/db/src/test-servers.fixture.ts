import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { mysqlOptions, postgresqlOptions } from './connection/driver-options.ts';
import { parseServerUrl } from './connection/server-url.ts';
import { DatabaseError, explainOpenError } from './database-error.ts';
import type { Engine } from './engine.ts';

export type ServerEngine = Exclude<Engine, 'sqlite'>;

/** An engine that tests run on. */
export type EngineUnderTest = {
  engine: Engine;
  /** Its server, without a database; null for SQLite. */
  serverUrl: string | null;
  /** Why it cannot be tested, in a few words; null when it can. */
  problem: string | null;
};

/** The engine that this process tests; SQLite by default. */
export const engineUnderTest = (): Engine => engineNamed(process.env['LATCHKEY_TEST_ENGINE']);

/** All engines, each with the reason why it cannot be tested. */
export async function enginesUnderTest(): Promise<EngineUnderTest[]> {
  const { postgresql, mysql } = testServers();
  const servers = await Promise.all([probe('postgresql', postgresql), probe('mysql', mysql)]);
  return [{ engine: 'sqlite', serverUrl: null, problem: null }, ...servers];
}

/** The servers on this machine, or those that `DATABASE_TEST_URLS` lists, separated by commas. */
export function testServers(): Record<ServerEngine, string> {
  const given = (process.env['DATABASE_TEST_URLS'] ?? '').split(',').filter((url) => url.trim() !== '');
  const servers = { postgresql: 'postgres://postgres@127.0.0.1:5432', mysql: 'mysql://root@127.0.0.1:3306' };
  for (const url of given) servers[parseServerUrl(url.trim()).engine] = url.trim();
  return servers;
}

/** The address of a database on the test server of an engine. */
export const urlOf = (engine: ServerEngine, name: string): string =>
  Object.assign(new URL(testServers()[engine]), { pathname: `/${name}`, search: '' }).href;

export const nameOf = (url: string): string => new URL(url).pathname.slice(1);

export type Row = Record<string, unknown>;
export type Run = (sql: string) => Promise<Row[]>;

/** Runs statements on the test server of an engine, outside the databases of tests. */
export const onServer = <T>(engine: ServerEngine, work: (run: Run) => Promise<T>): Promise<T> =>
  onDatabase(urlOf(engine, engine === 'postgresql' ? 'postgres' : ''), work);

/** Runs statements in a database, over a connection of its own. */
export async function onDatabase<T>(url: string, work: (run: Run) => Promise<T>): Promise<T> {
  const address = parseServerUrl(url);
  if (address.engine === 'postgresql') {
    const client = new pg.Client(postgresqlOptions(address));
    await client.connect();
    try {
      return await work(async (sql) => (await client.query<Row>(sql)).rows);
    } finally {
      await client.end();
    }
  }
  const connection = await createConnection(mysqlOptions(address));
  try {
    return await work(async (sql) => {
      const [rows] = await connection.query(sql);
      // The cast: of statements without rows, mysql2 returns something else.
      return Array.isArray(rows) ? (rows as Row[]) : [];
    });
  } finally {
    await connection.end();
  }
}

/** Whether a restore has created databases besides the one of a name: theirs begin with it. */
export async function hasSiblings(run: Run, engine: ServerEngine, name: string): Promise<boolean> {
  const names = await findDatabasesByPrefix(run, engine, name);
  return names.some((found) => found !== name);
}

/** The databases on a server whose names begin with a prefix. */
export async function findDatabasesByPrefix(
  run: Run,
  engine: ServerEngine,
  prefix: string,
): Promise<string[]> {
  const list = {
    postgresql: 'select datname as name from pg_database order by 1',
    mysql: 'select schema_name as name from information_schema.schemata order by 1',
  };
  const names = (await run(list[engine])).map(({ name }) => String(name));
  return names.filter((name) => name.startsWith(prefix));
}

/** Ends every connection to a database on a server, as an administrator can. */
export async function terminateConnections(url: string): Promise<void> {
  const { engine } = parseServerUrl(url);
  const name = nameOf(url);
  const sessions = {
    postgresql: `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    mysql: `select id from information_schema.processlist where db = '${name}'`,
  };
  await onServer(engine, async (run) => {
    const found = await run(sessions[engine]);
    // PostgreSQL's statement has ended them already.
    for (const { id } of found) if (typeof id === 'number') await run(`kill ${id}`);
  });
}

async function probe(engine: ServerEngine, serverUrl: string): Promise<EngineUnderTest> {
  const { host, port } = parseServerUrl(serverUrl);
  const location = `${host}:${port}`;
  const problem = await onServer(engine, (run) => run('select 1')).then(
    () => null,
    (cause: unknown) => {
      const error = explainOpenError(cause, location);
      return error instanceof DatabaseError && error.reason === 'unreachable'
        ? `no ${productNames[engine]} server at ${location}`
        : `the ${productNames[engine]} server at ${location} refuses the login`;
    },
  );
  return { engine, serverUrl, problem };
}

const productNames = { postgresql: 'PostgreSQL', mysql: 'MySQL or MariaDB' } as const;

function engineNamed(name = 'sqlite'): Engine {
  if (name === 'sqlite' || name === 'postgresql' || name === 'mysql') return name;
  throw new Error(`Unknown engine ${name}.`);
}
