import { rm, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  downgrade,
  findRevision,
  isUpToDate,
  readCurrentRevision,
  readHistory,
  sqlScript,
  upgrade,
} from './index.ts';
import { withMigrationLock } from './migration-lock.ts';
import { queryRows, runSql } from './project.fixture.ts';
import {
  eachTestHasAProject,
  engine,
  fileOf,
  project,
  rewrite,
  threeMigrations,
} from './three-migrations.fixture.ts';

eachTestHasAProject();

describe('a target revision', () => {
  test.each([
    ['+1', 1],
    ['+2', 2],
    ['head', 3],
    ['202602', 2],
    ['motto', 2],
    ['Migration20260101', 1],
  ])('upgrade %s applies %i of three [M4]', async (to, count) => {
    const names = await threeMigrations();
    expect(await upgrade(await project.open(), { to })).toEqual(names.slice(0, count));
  });

  test.each([
    ['-1', 1],
    ['-2', 2],
    ['base', 3],
    ['motto', 1],
    ['20260101', 2],
  ])('downgrade %s reverts %i of three, the newest first [M5]', async (to, count) => {
    const names = await threeMigrations();
    const database = await project.upgraded();
    expect(await downgrade(database, to)).toEqual(names.toReversed().slice(0, count));
    expect((await readCurrentRevision(database))?.name).toBe(names[2 - count]);
  });

  test.each(['nothing', '', '2026', 'Migration2026'])(
    '%j is refused, since it matches no revision or several',
    async (text) => {
      await threeMigrations();
      const { revisions } = await readHistory(await project.open());
      expect(() => findRevision(revisions, text)).toThrow(
        /There is no revision|matches more than one revision/,
      );
    },
  );

  test('more steps than there are migrations are refused', async () => {
    const names = await threeMigrations();
    const database = await project.open();
    await expect(upgrade(database, { to: '+4' })).rejects.toMatchObject({ reason: 'unknown_revision' });
    expect(await upgrade(database, { to: '+3' })).toEqual(names);
    expect(await upgrade(database, { to: '+1' })).toEqual([]);
    await expect(downgrade(database, '-4')).rejects.toMatchObject({ reason: 'unknown_revision' });
    expect(await isUpToDate(database)).toBe(true);
  });

  test('a downgrade to a pending revision is refused', async () => {
    await threeMigrations();
    const database = await project.open();
    await upgrade(database, { to: '+1' });
    await expect(downgrade(database, 'size')).rejects.toMatchObject({ reason: 'unknown_revision' });
  });

  test('each step is reported before it runs', async () => {
    const names = await threeMigrations();
    const reported: string[] = [];
    const database = await project.open();
    await upgrade(database, { onStep: (name) => reported.push(name) });
    await downgrade(database, 'base', { onStep: (name) => reported.push(name) });
    expect(reported).toEqual([...names, ...names.toReversed()]);
  });
});

describe('while another process has the lock', () => {
  test('an upgrade waits and reports it once, unless nothing is pending', async () => {
    await threeMigrations();
    await project.upgraded();
    const [database, other] = [await project.open({ busyTimeoutMs: 0 }), await project.open()];
    const taken = Promise.withResolvers<undefined>();
    const released = Promise.withResolvers<undefined>();
    const held = withMigrationLock(other, () => {
      taken.resolve(undefined);
      return released.promise;
    });
    await taken.promise;
    expect(await upgrade(database)).toEqual([]);

    let waits = 0;
    const reverted = downgrade(database, '-1', {
      onWait() {
        waits += 1;
        released.resolve(undefined);
      },
    });
    expect(await reverted).toHaveLength(1);
    expect(waits).toBe(1);
    await held;
  });
});

describe('a data migration in TypeScript', () => {
  test('reads and writes rows, in the transaction of its step', async () => {
    await project.write({ Team: 'name: p.string().length(40).unique(),' });
    await project.migrate({ message: 'teams' });
    await runSql(await project.upgraded(), "insert into teams (id, name) values (1, 'red'), (2, 'blue')");
    const plan = await project.migrate({ isEmpty: true, message: 'names in capitals' });
    await rewrite(plan.name, 'override up(): void {', 'override async up(): Promise<void> {');
    await rewrite(
      plan.name,
      '    // Write the statements here: this.addSql(`…`)',
      `    for (const { id, name } of await this.execute('select id, name from teams')) {
      await this.execute('update teams set name = ? where id = ?', [String(name).toUpperCase(), id]);
    }`,
    );
    await project.moveMigrations();
    const database = await project.upgraded();
    expect(await queryRows(database, 'select name from teams order by id')).toEqual([
      { name: 'RED' },
      { name: 'BLUE' },
    ]);
    const script = (range: string) =>
      sqlScript(engine, { migrationsFolder: project.migrationsFolder, range });
    await expect(script('teams:')).rejects.toMatchObject({ reason: 'not_offline' });
    // An empty table has no rows to change.
    expect(await script('')).toContain(`-- ${plan.name}: up`);
  });
});

if (engine === 'sqlite') {
  describe('a table that is rebuilt on SQLite', () => {
    test('keeps handwritten triggers, views and indexes, and rows that refer to it', async () => {
      await project.write({
        Team: 'name: p.string().length(40).unique(),',
        Member: "team: () => p.manyToOne(Team).fieldName('team_id').deleteRule('cascade'),",
      });
      await project.migrate({ message: 'teams' });
      await runSql(
        await project.upgraded(),
        "insert into teams (id, name) values (1, 'red')",
        'insert into members (id, team_id) values (7, 1)',
        'create table log (what text)',
        "create trigger teams_logged after update on teams begin insert into log values ('changed ' || new.name); end",
        'create view team_names as select name from teams',
        'create index teams_by_hand on teams (name, id)',
      );
      await project.write({
        Team: "name: p.string().length(40).unique(), rank: p.string().length(4).default('x'), check: p.integer().nullable(),",
        Member: "team: () => p.manyToOne(Team).fieldName('team_id').deleteRule('cascade').nullable(),",
      });
      await project.migrate({ message: 'more' });
      const database = await project.upgraded();
      await project.write({
        Team: "name: p.integer().unique(), rank: p.string().length(4).default('x'), check: p.integer().nullable(),",
        Member: "team: () => p.manyToOne(Team).fieldName('team_id').deleteRule('cascade').nullable(),",
      });
      await project.migrate({ message: 'another type' });
      await project.upgraded();

      await runSql(database, "update teams set rank = 'y'");
      expect(await queryRows(database, 'select what from log')).toEqual([{ what: 'changed red' }]);
      expect(await queryRows(database, 'select * from team_names')).toEqual([{ name: 'red' }]);
      expect(await queryRows(database, 'select id, team_id from members')).toEqual([{ id: 7, team_id: 1 }]);
      expect(
        await queryRows(
          database,
          "select name from sqlite_master where name in ('teams_by_hand', 'teams_name_unique') order by name",
        ),
      ).toEqual([{ name: 'teams_by_hand' }, { name: 'teams_name_unique' }]);
      await runSql(database, 'delete from teams');
      expect(await queryRows(database, 'select * from members')).toEqual([]);
    });

    test('is left unchanged if a trigger no longer fits; the error names it', async () => {
      await project.write({ Team: 'name: p.string().length(40), size: p.integer().default(1),' });
      await project.migrate({ message: 'teams' });
      await runSql(await project.upgraded(), 'create index teams_by_size on teams (size)');
      await project.write({ Team: 'name: p.integer(),' });
      await project.migrate({ message: 'smaller' });
      const database = await project.open();
      await expect(upgrade(database)).rejects.toMatchObject({
        reason: 'failed_migration',
        message: expect.stringContaining('its index teams_by_size does not match the new table'),
      });
      expect(await queryRows(database, 'select size from teams')).toEqual([]);
    });

    test('is left unchanged if rows would refer to nothing', async () => {
      await project.write({
        Team: 'name: p.string().length(40),',
        Member: "team: () => p.manyToOne(Team).fieldName('team_id'),",
      });
      const plan = await project.migrate({ message: 'teams' });
      const next = await project.migrate({ isEmpty: true, message: 'careless' });
      await rewrite(
        next.name,
        '    // Write the statements here: this.addSql(`…`)',
        "    this.addSql('delete from teams');",
      );
      await project.moveMigrations();
      const database = await project.open();
      await upgrade(database, { to: plan.name });
      await runSql(
        database,
        "insert into teams (id, name) values (1, 'red')",
        'insert into members (id, team_id) values (7, 1)',
      );
      await expect(upgrade(database)).rejects.toMatchObject({
        reason: 'failed_migration',
        message: expect.stringContaining('rows of members would refer to missing rows of teams'),
      });
      expect(await queryRows(database, 'select name from teams')).toEqual([{ name: 'red' }]);
      expect(await queryRows(database, 'pragma foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    });
  });
}

test('a file that is not a migration is named', async () => {
  const [first] = await threeMigrations();
  await writeFile(fileOf(first.replace('teams', 'nothing')), 'export const nothing = 1;\n');
  await expect(project.upgraded()).rejects.toMatchObject({ reason: 'bad_migration' });
  await rm(fileOf(first.replace('teams', 'nothing')));
  await writeFile(fileOf('Migration2026_short'), 'export class Migration2026_short {}\n');
  await expect(project.upgraded()).rejects.toMatchObject({
    reason: 'bad_migration',
    message: expect.stringContaining('Migration2026_short'),
  });
  await rm(fileOf('Migration2026_short'));
});
