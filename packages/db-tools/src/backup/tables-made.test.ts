import { afterEach, beforeEach, expect, test } from 'vitest';
import { downgrade, isUpToDate, parseRename, tablesMade, upgrade } from '@latchkey/migrator';
import { rowsOf, runSql, temporaryProject, type TemporaryProject } from '@latchkey/migrator/testing';
import { resetDatabase, tablesToGo } from './reset.ts';

let project: TemporaryProject;
beforeEach(async () => {
  project = await temporaryProject();
});
afterEach(() => project.remove());

const team = 'name: p.string().length(40),';

/** Notes that become letters and then go, and teams that stay. */
async function threeNames(): Promise<void> {
  await project.write({ Team: team, Note: team });
  await project.migrate({ message: 'teams and notes' });
  await project.write({ Team: team, Letter: team });
  await project.migrate({ message: 'letters', renames: [parseRename('notes:letters')] });
  await project.write({ Team: team });
  await project.migrate({ message: 'no letters' });
}

test('every table is known by all the names that migrations gave it', async () => {
  await threeNames();
  expect((await tablesMade(await project.open())).sort()).toEqual(['letters', 'notes', 'teams']);
});

test.each(['letters', 'teams and notes'])(
  'a reset of a database that is only at “%s” drops what is there by older names, and brings it up to date',
  async (message) => {
    await threeNames();
    const database = await project.upgraded();
    await downgrade(database, message.replaceAll(' ', '_'));
    const older = message === 'letters' ? 'letters' : 'notes';
    await runSql(database, `insert into ${older} (id, name) values (1, 'old')`);
    expect(await tablesToGo(database)).toContainEqual({ table: older, rows: 1 });
    await resetDatabase(database);
    expect(await isUpToDate(database)).toBe(true);
    expect(await tablesToGo(database)).toEqual([{ table: 'teams', rows: 0 }]);
  },
);

test('a reset that was interrupted after it had dropped tables is done again', async () => {
  await threeNames();
  const database = await project.upgraded();
  await runSql(database, 'delete from migrations', 'delete from migration_journal', 'drop table teams');
  expect(await isUpToDate(database)).toBe(false);
  await resetDatabase(database);
  expect(await upgrade(database)).toEqual([]);
  expect(await tablesToGo(database)).toEqual([{ table: 'teams', rows: 0 }]);
});

test('a reset leaves everything as it is while somebody else’s table refers to one of ours', async () => {
  await threeNames();
  const database = await project.upgraded();
  await runSql(
    database,
    "insert into teams (id, name) values (1, 'red')",
    `create table theirs (id integer primary key, team_id ${database.engine === 'mysql' ? 'int unsigned' : 'integer'} not null, foreign key (team_id) references teams (id))`,
    'insert into theirs (id, team_id) values (1, 1)',
  );
  await expect(resetDatabase(database)).rejects.toMatchObject({
    reason: 'depended_on',
    message: expect.stringContaining('theirs'),
  });
  expect(await rowsOf(database, 'select name from teams')).toEqual([{ name: 'red' }]);
  expect(await isUpToDate(database)).toBe(true);
});
