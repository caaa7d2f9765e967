import { afterEach, beforeEach, expect, test } from 'vitest';
import { downgrade, isUpToDate, parseRename, readCreatedTables, upgrade } from '@latchkey/migrator';
import { queryRows, runSql, createTemporaryProject, type TemporaryProject } from '@latchkey/migrator/testing';
import { resetDatabase, tablesToDrop } from './reset.ts';

let project: TemporaryProject;
beforeEach(async () => {
  project = await createTemporaryProject();
});
afterEach(() => project.remove());

const team = 'name: p.string().length(40),';

/** Migrations that rename notes to letters and drop them, and keep teams. */
async function createMigrations(): Promise<void> {
  await project.write({ Team: team, Note: team });
  await project.migrate({ message: 'teams and notes' });
  await project.write({ Team: team, Letter: team });
  await project.migrate({ message: 'letters', renames: [parseRename('notes:letters')] });
  await project.write({ Team: team });
  await project.migrate({ message: 'no letters' });
}

test('readCreatedTables lists all names that migrations gave to tables', async () => {
  await createMigrations();
  expect((await readCreatedTables(await project.open())).sort()).toEqual(['letters', 'notes', 'teams']);
});

test.each(['letters', 'teams and notes'])(
  'a reset of a database at “%s” drops tables with older names',
  async (message) => {
    await createMigrations();
    const database = await project.upgraded();
    await downgrade(database, message.replaceAll(' ', '_'));
    const older = message === 'letters' ? 'letters' : 'notes';
    await runSql(database, `insert into ${older} (id, name) values (1, 'old')`);
    expect(await tablesToDrop(database)).toContainEqual({ table: older, rows: 1 });
    await resetDatabase(database);
    expect(await isUpToDate(database)).toBe(true);
    expect(await tablesToDrop(database)).toEqual([{ table: 'teams', rows: 0 }]);
  },
);

test('an interrupted reset can be repeated', async () => {
  await createMigrations();
  const database = await project.upgraded();
  await runSql(database, 'delete from migrations', 'delete from migration_journal', 'drop table teams');
  expect(await isUpToDate(database)).toBe(false);
  await resetDatabase(database);
  expect(await upgrade(database)).toEqual([]);
  expect(await tablesToDrop(database)).toEqual([{ table: 'teams', rows: 0 }]);
});

test('a reset is refused if a table of another application refers to one that it drops', async () => {
  await createMigrations();
  const database = await project.upgraded();
  await runSql(
    database,
    "insert into teams (id, name) values (1, 'red')",
    `create table other_application (id integer primary key, team_id ${database.engine === 'mysql' ? 'int unsigned' : 'integer'} not null, foreign key (team_id) references teams (id))`,
    'insert into other_application (id, team_id) values (1, 1)',
  );
  await expect(resetDatabase(database)).rejects.toMatchObject({
    reason: 'depended_on',
    message: expect.stringContaining('other_application'),
  });
  expect(await queryRows(database, 'select name from teams')).toEqual([{ name: 'red' }]);
  expect(await isUpToDate(database)).toBe(true);
});
