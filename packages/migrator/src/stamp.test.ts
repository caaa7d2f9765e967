import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  isUpToDate,
  readCurrentRevision,
  readHistory,
  requireCurrentSchema,
  stamp,
  upgrade,
} from './index.ts';
import { queryRows, runSql } from './project.fixture.ts';
import { eachTestHasAProject, fileOf, project, threeMigrations } from './three-migrations.fixture.ts';

eachTestHasAProject();

describe('a stamp', () => {
  test('records the revision of a schema without changing it', async () => {
    const [first, second] = await threeMigrations();
    await runSql(await project.upgraded(), 'drop table migrations', 'drop table migration_journal');
    const database = await project.open();
    expect(await isUpToDate(database)).toBe(false);
    expect((await stamp(database, 'motto')).names).toEqual([first, second]);
    expect((await readCurrentRevision(database))?.name).toBe(second);
    await stamp(database, 'head');
    expect(await isUpToDate(database)).toBe(true);
    await stamp(database, 'base');
    expect(await readCurrentRevision(database)).toBeNull();
    expect(await queryRows(database, 'select size from teams')).toEqual([]);
  });
});

describe('a stamp without --purge is refused', () => {
  test('on a database of a newer version', async () => {
    await threeMigrations();
    const database = await project.upgraded();
    await runSql(database, "insert into migrations (name) values ('Migration29990101000000_future')");
    await expect(stamp(database, 'head')).rejects.toMatchObject({ reason: 'newer_schema' });
    await expect(upgrade(database)).rejects.toMatchObject({ reason: 'newer_schema' });
    expect((await stamp(database, 'head', { purge: true })).names).toHaveLength(3);
    expect(await isUpToDate(database)).toBe(true);
  });

  test('after an interrupted migration', async () => {
    const [first] = await threeMigrations();
    const database = await project.upgraded();
    await runSql(
      database,
      `update migration_journal set direction = 'down', done = 1 where name = '${first}'`,
    );
    await expect(stamp(database, 'head')).rejects.toMatchObject({ reason: 'interrupted_migration' });
    await expect(requireCurrentSchema(database)).rejects.toMatchObject({ reason: 'interrupted_migration' });
    await stamp(database, 'head', { purge: true });
    await requireCurrentSchema(database);
  });
});

describe('a migration that was edited after it ran', () => {
  test('is refused with a solution, and accepted by a stamp', async () => {
    const [first] = await threeMigrations();
    await upgrade(await project.open(), { to: '+1' });
    await appendFile(fileOf(first), '// edited\n');
    const database = await project.open();
    expect((await readHistory(database)).revisions.map(({ isEdited }) => isEdited)).toEqual([
      true,
      false,
      false,
    ]);
    await expect(upgrade(database)).rejects.toMatchObject({
      reason: 'edited_migration',
      message: expect.stringContaining(`${first} was edited after it ran here`),
    });
    await stamp(database, first);
    expect(await upgrade(database)).toHaveLength(2);
  });

  test('before the journal existed is compared with its state at the next upgrade', async () => {
    const [first] = await threeMigrations();
    const database = await project.open();
    await upgrade(database, { to: '+1' });
    await runSql(database, 'drop table migration_journal');
    await upgrade(await project.open(), { to: first });
    await appendFile(fileOf(first), '// edited\n');
    expect((await readHistory(await project.open())).revisions[0]?.isEdited).toBe(true);
  });

  test('only in its formatting is accepted', async () => {
    const [first] = await threeMigrations();
    await upgrade(await project.open(), { to: '+1' });
    await writeFile(fileOf(first), (await readFile(fileOf(first), 'utf8')).replaceAll('\n', '\r\n'));
    expect((await readHistory(await project.open())).revisions[0]?.isEdited).toBe(false);
  });
});
