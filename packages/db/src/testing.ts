import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MigrationObject } from '@mikro-orm/core';
import type { Database } from './database.ts';
import { openDatabase } from './connection/open-database.ts';
import { createDatabaseFromTemplate } from './template-database.fixture.ts';
import type { TemporaryDatabase } from './temporary-database.fixture.ts';

export { startProxy, startTlsProxy, type Proxy } from './connection/proxy.fixture.ts';
export { startSocketProxy } from './connection/socket-proxy.fixture.ts';
export { testTls } from './connection/tls.fixture.ts';
export { canMount, mountSmallDisk, type SmallDisk } from './small-disk.fixture.ts';
export { insertRowInEveryTable } from './rows.fixture.ts';
export { createDatabaseFromTemplate, type Template } from './template-database.fixture.ts';
export {
  commitToDisk,
  dropTestDatabases,
  removeTestFolders,
  createTemporaryDatabase,
  type TemporaryDatabase,
} from './temporary-database.fixture.ts';
export {
  terminateConnections,
  findDatabasesByPrefix,
  enginesUnderTest,
  engineUnderTest,
  onDatabase,
  onServer,
  testServers,
  type EngineUnderTest,
  type Run,
} from './test-servers.fixture.ts';

/** A database with the application's tables. For this package, which cannot import the migrator. */
export const createDatabaseWithTables = (): Promise<TemporaryDatabase> =>
  createDatabaseFromTemplate({
    name: 'tables',
    async prepare(url) {
      const database = await openDatabase(url);
      await createTables(database);
      await database.close();
    },
  });

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
