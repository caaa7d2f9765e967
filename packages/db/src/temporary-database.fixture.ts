import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from './engine.ts';
import { emptyPostgresql, recordInitialState } from './empty-postgresql.fixture.ts';
import {
  findDatabasesByPrefix,
  engineUnderTest,
  nameOf,
  onServer,
  urlOf,
  type Run,
  type ServerEngine,
} from './test-servers.fixture.ts';

/** An empty database for a test. */
export type TemporaryDatabase = {
  engine: Engine;
  url: string;
  /** A folder of its own, on every engine: for files beside the database. */
  folder: string;
  remove(): Promise<void>;
};

/** Creates an empty database: a SQLite file, or a database with a random name on the server. */
export async function createTemporaryDatabase(engine = engineUnderTest()): Promise<TemporaryDatabase> {
  const folder = await mkdtemp(join(fastFolder(), folderPrefixOf(testRun())));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  if (engine === 'sqlite') {
    return { engine, url: `sqlite:${join(folder, 'app.db')}`, folder, remove: removeFolder };
  }
  const url = urlOf(engine, await serverDatabase(engine));
  return {
    engine,
    url,
    folder,
    async remove() {
      await removeServerDatabase(engine, url);
      await removeFolder();
    },
  };
}

/** In memory where the system has such a folder: SQLite waits for the disk at each transaction. */
function fastFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}

/** Empty databases of this process. PostgreSQL creates and drops a database in half a second of its own time. */
const reusable: string[] = [];

async function serverDatabase(engine: ServerEngine): Promise<string> {
  const reused = engine === 'postgresql' ? reusable.pop() : undefined;
  if (reused !== undefined) return reused;
  // 30 characters: a restore names what it creates after the first 30 of its target.
  const name = `${prefixOf(testRun())}${randomBytes(4).readUInt32BE().toString(36).padStart(7, '0')}`;
  await onServer(engine, (run) => create[engine](run, name));
  if (engine === 'postgresql') await recordInitialState(urlOf(engine, name));
  return name;
}

async function removeServerDatabase(engine: ServerEngine, url: string): Promise<void> {
  if (engine === 'postgresql' && isCleanedUp() && (await emptyPostgresql(url))) {
    reusable.push(nameOf(url));
    return;
  }
  await onServer(engine, (run) => dropByPrefix(run, engine, nameOf(url)));
}

const create = {
  // Whatever the server's own encoding is. Its commits need not reach the disk.
  async postgresql(run: Run, name: string) {
    await run(`create database ${name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`);
    await run(`alter database ${name} set synchronous_commit = off`);
  },
  async mysql(run: Run, name: string) {
    await run(`create database ${name}`);
  },
};

/** Makes a temporary PostgreSQL database commit to disk, as servers do by default. For tests of that setting. */
export async function commitToDisk({
  engine,
  url,
}: Pick<TemporaryDatabase, 'engine' | 'url'>): Promise<void> {
  if (engine !== 'postgresql') return;
  await onServer(engine, (run) => run(`alter database ${nameOf(url)} reset synchronous_commit`));
}

/** Drops the databases that the tests of a run have left on a server. @param run their `LATCHKEY_TEST_RUN` */
export async function dropTestDatabases(run: string, engine: ServerEngine): Promise<void> {
  await onServer(engine, (sql) => dropByPrefix(sql, engine, prefixOf(run)));
}

/** Removes the folders that the tests of a run have left. @param run their `LATCHKEY_TEST_RUN` */
export async function removeTestFolders(run: string): Promise<void> {
  const left = (await readdir(fastFolder())).filter((name) => name.startsWith(folderPrefixOf(run)));
  for (const name of left) await rm(join(fastFolder(), name), { recursive: true, force: true });
}

/** Drops a database, and those whose names begin with its own, as a restore creates them. */
async function dropByPrefix(run: Run, engine: ServerEngine, prefix: string): Promise<void> {
  for (const name of await findDatabasesByPrefix(run, engine, prefix)) {
    // A failed test may have left a connection.
    await run(`drop database if exists ${name}${engine === 'postgresql' ? ' with (force)' : ''}`);
  }
}

const testRun = () => process.env['LATCHKEY_TEST_RUN'] ?? 'alone';

/** Whether the databases of this run are dropped at its end, so that they can be kept until then. */
export const isCleanedUp = () => process.env['LATCHKEY_TEST_RUN'] !== undefined;

const folderPrefixOf = (run: string) => `latchkey-${run}-`;

const prefixOf = (run: string) => `latchkey_test_${run}_`;
