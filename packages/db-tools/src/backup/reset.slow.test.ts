import { describe, expect, test } from 'vitest';
import { openCopyProgress } from '../copy/copy-progress.ts';
import { isUpToDate, upgrade } from '@latchkey/migrator';
import { resetDatabase, tablesToDrop } from './reset.ts';
import { availableEngines } from '../test-databases.fixture.ts';
import {
  eachTestHasAFolder,
  empty,
  filled,
  withDatabase,
  execute,
  reasonOf,
  onEach,
} from './backup.fixture.ts';

eachTestHasAFolder();

describe('a reset', () => {
  test.for(onEach)(
    'empties the tables on $engine, and keeps those of other applications$skipNote',
    async ({ engine }, { skip }) => {
      skip(!availableEngines.includes(engine), 'no server answers');
      const testDatabase = await filled(engine, 5);
      await execute(testDatabase, 'create table other_notes (id integer)');
      await withDatabase(testDatabase, async (database) => {
        await openCopyProgress(database).begin('elsewhere');
        expect(await tablesToDrop(database)).toContainEqual({ table: 'users', rows: 5 });
        await resetDatabase(database);
        expect(await isUpToDate(database)).toBe(true);
        expect((await tablesToDrop(database)).every(({ rows }) => rows === 0)).toBe(true);
        expect(await openCopyProgress(database).read()).toBeNull();
      });
      expect(await execute(testDatabase, 'select * from other_notes')).toEqual([]);
    },
  );

  test('works on a database of a newer version', async () => {
    const testDatabase = await filled('sqlite', 5);
    await execute(testDatabase, "insert into migrations (name) values ('Migration29990101000000_newer')");
    await withDatabase(testDatabase, async (database) => {
      await expect(upgrade(database)).rejects.toThrow('does not know');
      await resetDatabase(database);
      expect(await isUpToDate(database)).toBe(true);
    });
  });

  test('refuses a users table of another application', async () => {
    const testDatabase = await empty('sqlite');
    await execute(testDatabase, 'create table users (id integer)');
    await withDatabase(testDatabase, async (database) => {
      expect(await reasonOf(resetDatabase(database))).toBe('foreign_tables');
    });
    expect(await execute(testDatabase, 'select * from users')).toEqual([]);
  });
});
