import { describe, expect, test } from 'vitest';
import { copyProgress } from '../copy/copy-progress.ts';
import { isUpToDate, upgrade } from '@latchkey/migrator';
import { resetDatabase, tablesToGo } from './reset.ts';
import { answering } from '../test-databases.fixture.ts';
import { empty, filled, withDatabase, execute, reasonOf, onEach } from './backup.fixture.ts';

describe('a reset', () => {
  test.for(onEach)(
    'leaves empty tables of the newest schema on $engine, and those of others alone$why',
    async ({ engine }, { skip }) => {
      skip(!answering.includes(engine), 'no server answers');
      const testDatabase = await filled(engine, 5);
      await execute(testDatabase, 'create table notes_of_mine (id integer)');
      await withDatabase(testDatabase, async (database) => {
        await copyProgress(database).begin('elsewhere');
        expect(await tablesToGo(database)).toContainEqual({ table: 'users', rows: 5 });
        await resetDatabase(database);
        expect(await isUpToDate(database)).toBe(true);
        expect((await tablesToGo(database)).every(({ rows }) => rows === 0)).toBe(true);
        expect(await copyProgress(database).read()).toBeNull();
      });
      expect(await execute(testDatabase, 'select * from notes_of_mine')).toEqual([]);
    },
  );

  test('also helps where a newer version has been at work', async () => {
    const testDatabase = await filled('sqlite', 5);
    await execute(testDatabase, "insert into migrations (name) values ('Migration29990101000000_newer')");
    await withDatabase(testDatabase, async (database) => {
      await expect(upgrade(database)).rejects.toThrow('does not know');
      await resetDatabase(database);
      expect(await isUpToDate(database)).toBe(true);
    });
  });

  test("leaves another application's users alone", async () => {
    const testDatabase = await empty('sqlite');
    await execute(testDatabase, 'create table users (id integer)');
    await withDatabase(testDatabase, async (database) => {
      expect(await reasonOf(resetDatabase(database))).toBe('foreign_tables');
    });
    expect(await execute(testDatabase, 'select * from users')).toEqual([]);
  });
});
