import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach } from 'vitest';
import { checksumTable } from '../copy/copy-database.ts';
import { openTableReader } from '../copy/open-tables.ts';
import { listTables } from '../copy/tables.ts';
import { type Database, type Engine, engines, openDatabase, type OpenOptions } from '@latchkey/db';
import {
  createFilledDatabase,
  createTestDatabase,
  skipNote,
  type TestDatabase,
} from '../test-databases.fixture.ts';

const testDatabases: TestDatabase[] = [];
/** The folder of the running test, and the path of a backup in it. */
export let folder: string;
export let file: string;

/** Gives each test of a file a folder, and removes it and the test's databases afterwards. */
export function eachTestHasAFolder(): void {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
    file = join(folder, 'a.backup');
  });
  afterEach(async () => {
    await Promise.all(testDatabases.splice(0).map((testDatabase) => testDatabase.remove()));
    await rm(folder, { recursive: true, force: true });
  });
}

/** Creates an empty database, which is removed after the test. */
export async function empty(engine: Engine): Promise<TestDatabase> {
  const testDatabase = await createTestDatabase(engine);
  testDatabases.push(testDatabase);
  return testDatabase;
}

/** Creates a database with rows in every table. */
export async function filled(engine: Engine, rows: number): Promise<TestDatabase> {
  const testDatabase = await createFilledDatabase(engine, rows);
  testDatabases.push(testDatabase);
  return testDatabase;
}

export async function withDatabase<T>(
  { url }: TestDatabase,
  work: (database: Database) => Promise<T>,
  options?: OpenOptions,
): Promise<T> {
  const database = await openDatabase(url, options);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

export const execute = (testDatabase: TestDatabase, sql: string) =>
  withDatabase(testDatabase, (database) =>
    database.orm.em.getConnection().execute<Record<string, unknown>[]>(sql),
  );

/** The number of rows and the checksum of each table. */
export const checksums = (testDatabase: TestDatabase) =>
  withDatabase(testDatabase, async (database) => {
    const reader = await openTableReader(database);
    const sums: string[] = [];
    for (const table of listTables(database)) {
      const sum = await checksumTable(reader, table);
      sums.push(`${table.name} ${sum.rows} ${sum.value()}`);
    }
    await reader.close();
    return sums;
  });

export const reasonOf = async (work: Promise<unknown>): Promise<unknown> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof Error && 'reason' in error ? error.reason : error;
};

/** Changes the lines of the portable backup `file`. */
export async function rewrite(change: (lines: string[]) => string[]): Promise<void> {
  const lines = gunzipSync(await readFile(file))
    .toString()
    .split('\n');
  await writeFile(file, gzipSync(change(lines).join('\n')));
}

export const onEach = engines.map((engine) => ({ engine, skipNote: skipNote(engine) }));
export const onServers = onEach.filter(({ engine }) => engine !== 'sqlite');

/** Overwrites the beginning of a page of a SQLite file. */
export async function damagePage(path: string, page: number): Promise<void> {
  const bytes = await readFile(path);
  bytes.fill(0xff, page * 4096, page * 4096 + 100);
  await writeFile(path, bytes);
}
