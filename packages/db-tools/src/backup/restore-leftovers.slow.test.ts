import { existsSync, writeFileSync } from 'node:fs';
import { openDatabase, removeRestoreLeftovers, type Database } from '@latchkey/db';
import { markStaging, stagingDatabase, stagingFile } from '@latchkey/db/connection';
import {
  findDatabasesByPrefix,
  engineUnderTest,
  onDatabase,
  onServer,
  type TemporaryDatabase,
} from '@latchkey/db/testing';
import { createMigratedDatabase } from '@latchkey/migrator/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backupDatabase } from './backup.ts';
import { restoreDatabase } from './restore.ts';

const engine = engineUnderTest();
let temporary: TemporaryDatabase;
let database: Database;
beforeEach(async () => {
  temporary = await createMigratedDatabase();
  database = await openDatabase(temporary.url);
});
afterEach(async () => {
  await database.close();
  await temporary.remove();
});

const nameOf = (url: string) => new URL(url).pathname.slice(1);

if (engine === 'sqlite') {
  const createLeftover = () => {
    const path = stagingFile(database.location);
    for (const suffix of ['', '-wal', '-shm']) writeFileSync(path + suffix, 'hashes');
    return path;
  };

  test('the files of a killed restore are removed, and no others', async () => {
    const path = createLeftover();
    const kept = [`${database.location}.restoring-mine`, `${database.location}.before-restore-2026`];
    for (const other of kept) writeFileSync(other, 'data');
    expect(await removeRestoreLeftovers(database)).toEqual([path]);
    expect([path, `${path}-wal`, `${path}-shm`].filter(existsSync)).toEqual([]);
    expect(kept.filter(existsSync)).toEqual(kept);
    expect(await removeRestoreLeftovers(database)).toEqual([]);
  });

  test('a restore removes the files of one that was killed', async () => {
    const backup = `${database.location}.backup`;
    await backupDatabase(temporary.url, backup);
    await database.close();
    const path = createLeftover();
    await restoreDatabase(temporary.url, backup);
    expect(existsSync(path)).toBe(false);
    database = await openDatabase(temporary.url);
  });
} else {
  const left = () =>
    onServer(engine, (run) =>
      findDatabasesByPrefix(run, engine, `${nameOf(temporary.url).slice(0, 30)}_restoring_`),
    );

  const createLeftover = async () => {
    const name = stagingDatabase(nameOf(temporary.url));
    await onServer(engine, (run) => run(`create database ${name}`));
    return name;
  };

  test('the database of a killed restore is dropped', async () => {
    const name = await createLeftover();
    expect(await removeRestoreLeftovers(database)).toEqual([name]);
    expect(await left()).toEqual([]);
  });

  test('the database of a running restore is kept', async () => {
    const name = await createLeftover();
    await onServer(engine, async (run) => {
      await run(markStaging[engine](name));
      expect(await removeRestoreLeftovers(database)).toEqual([]);
    });
    expect(await removeRestoreLeftovers(database)).toEqual([name]);
  });

  test('a database to which a program is connected is kept', async () => {
    const name = await createLeftover();
    const url = Object.assign(new URL(temporary.url), { pathname: `/${name}` }).href;
    await onDatabase(url, async () => {
      expect(await removeRestoreLeftovers(database)).toEqual([]);
    });
    expect(await left()).toEqual([name]);
    await onServer(engine, (run) => run(`drop database ${name}`));
  });
}
