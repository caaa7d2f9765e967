import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../database.ts';
import { engineUnderTest } from '../testing.ts';
import {
  currentRevision,
  downgrade,
  findRevision,
  historyOf,
  isUpToDate,
  liveDrift,
  mergeRevisions,
  requireCurrentSchema,
  sqlScript,
  stamp,
  upgrade,
} from './index.ts';
import { underMigrationLock } from './migration-lock.ts';
import { rowsOf, runSql, temporaryProject, type TemporaryProject } from './project.fixture.ts';

const engine = engineUnderTest();
let project: TemporaryProject;
beforeEach(async () => {
  project = await temporaryProject();
});
afterEach(() => project.remove());

/** Three migrations: teams, their motto, their size. */
async function threeMigrations(): Promise<[string, string, string]> {
  await project.write({ Team: 'name: p.string().length(40).unique(),' });
  const first = await project.migrate({ message: 'teams', now: new Date('2026-01-01T00:00:00Z') });
  await project.write({ Team: 'name: p.string().length(40).unique(), motto: p.text().nullable(),' });
  const second = await project.migrate({ message: 'motto', now: new Date('2026-02-01T00:00:00Z') });
  await project.write({
    Team: 'name: p.string().length(40).unique(), motto: p.text().nullable(), size: p.integer().default(1),',
  });
  const third = await project.migrate({ message: 'size', now: new Date('2026-03-01T00:00:00Z') });
  return [first.name, second.name, third.name];
}

const fileOf = (name: string, of = engine) => join(project.migrationsFolder, of, `${name}.ts`);

/** Puts other statements in the place of those of a migration, on the engine under test. */
async function rewrite(name: string, from: string | RegExp, to: string): Promise<void> {
  const source = await readFile(fileOf(name), 'utf8');
  const changed = source.replace(from, to);
  expect(changed).not.toBe(source);
  await writeFile(fileOf(name), changed);
}

describe('going to a revision', () => {
  test.each([
    ['+1', 1],
    ['+2', 2],
    ['head', 3],
    ['202602', 2],
    ['motto', 2],
    ['Migration20260101', 1],
  ])('M4: upgrade %s applies %i of three', async (to, count) => {
    const names = await threeMigrations();
    expect(await upgrade(await project.open(), { to })).toEqual(names.slice(0, count));
  });

  test.each([
    ['-1', 1],
    ['-2', 2],
    ['base', 3],
    ['motto', 1],
    ['20260101', 2],
  ])('M5: downgrade %s takes %i of three back, the newest first', async (to, count) => {
    const names = await threeMigrations();
    const database = await project.upgraded();
    expect(await downgrade(database, to)).toEqual(names.toReversed().slice(0, count));
    expect((await currentRevision(database))?.name).toBe(names[2 - count]);
  });

  test.each(['nothing', '', '2026', 'Migration2026'])(
    '%j names no revision, or more than one, and says so',
    async (text) => {
      await threeMigrations();
      const { revisions } = await historyOf(await project.open());
      expect(() => findRevision(revisions, text)).toThrow(/There is no revision|fits more than one revision/);
    },
  );

  test('more steps than there are is a slip, and does none of them', async () => {
    const names = await threeMigrations();
    const database = await project.open();
    await expect(upgrade(database, { to: '+4' })).rejects.toMatchObject({ reason: 'unknown_revision' });
    expect(await upgrade(database, { to: '+3' })).toEqual(names);
    expect(await upgrade(database, { to: '+1' })).toEqual([]);
    await expect(downgrade(database, '-4')).rejects.toMatchObject({ reason: 'unknown_revision' });
    expect(await isUpToDate(database)).toBe(true);
  });

  test('a downgrade to what has not run is refused', async () => {
    await threeMigrations();
    const database = await project.open();
    await upgrade(database, { to: '+1' });
    await expect(downgrade(database, 'size')).rejects.toMatchObject({ reason: 'unknown_revision' });
  });

  test('each step is told before it runs', async () => {
    const names = await threeMigrations();
    const told: string[] = [];
    const database = await project.open();
    await upgrade(database, { onStep: (name) => told.push(name) });
    await downgrade(database, 'base', { onStep: (name) => told.push(name) });
    expect(told).toEqual([...names, ...names.toReversed()]);
  });
});

describe('a stamp', () => {
  test('notes a schema that came to be in another way, and changes nothing of it', async () => {
    const [first, second] = await threeMigrations();
    await runSql(await project.upgraded(), 'drop table migrations', 'drop table migration_journal');
    const database = await project.open();
    expect(await isUpToDate(database)).toBe(false);
    expect((await stamp(database, 'motto')).names).toEqual([first, second]);
    expect((await currentRevision(database))?.name).toBe(second);
    await stamp(database, 'head');
    expect(await isUpToDate(database)).toBe(true);
    await stamp(database, 'base');
    expect(await currentRevision(database)).toBeNull();
    expect(await rowsOf(database, 'select size from teams')).toEqual([]);
  });
});

describe('a stamp forgets nothing that matters, unless it is told to', () => {
  test('not a revision that only a newer version knows', async () => {
    await threeMigrations();
    const database = await project.upgraded();
    await runSql(database, "insert into migrations (name) values ('Migration29990101000000_future')");
    await expect(stamp(database, 'head')).rejects.toMatchObject({ reason: 'newer_schema' });
    await expect(upgrade(database)).rejects.toMatchObject({ reason: 'newer_schema' });
    expect((await stamp(database, 'head', { purge: true })).names).toHaveLength(3);
    expect(await isUpToDate(database)).toBe(true);
  });

  test('not a migration that was interrupted', async () => {
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
  test('is noticed, refused with a way out, and accepted by a stamp', async () => {
    const [first] = await threeMigrations();
    await upgrade(await project.open(), { to: '+1' });
    await appendFile(fileOf(first), '// edited\n');
    const database = await project.open();
    expect((await historyOf(database)).revisions.map(({ isEdited }) => isEdited)).toEqual([
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

  test('and ran before there was a journal counts as it was at the next upgrade', async () => {
    const [first] = await threeMigrations();
    const database = await project.open();
    await upgrade(database, { to: '+1' });
    await runSql(database, 'drop table migration_journal');
    await upgrade(await project.open(), { to: first });
    await appendFile(fileOf(first), '// edited\n');
    expect((await historyOf(await project.open())).revisions[0]?.isEdited).toBe(true);
  });

  test('in its formatting alone is the same', async () => {
    const [first] = await threeMigrations();
    await upgrade(await project.open(), { to: '+1' });
    await writeFile(fileOf(first), (await readFile(fileOf(first), 'utf8')).replaceAll('\n', '\r\n'));
    expect((await historyOf(await project.open())).revisions[0]?.isEdited).toBe(false);
  });
});

describe('while another process has the lock', () => {
  test('there is no waiting with nothing to do, and with something it is told once', async () => {
    await threeMigrations();
    await project.upgraded();
    const [database, other] = [await project.open({ busyTimeoutMs: 0 }), await project.open()];
    const taken = Promise.withResolvers<undefined>();
    const released = Promise.withResolvers<undefined>();
    const held = underMigrationLock(other, () => {
      taken.resolve(undefined);
      return released.promise;
    });
    await taken.promise;
    expect(await upgrade(database)).toEqual([]);

    let told = 0;
    const reverted = downgrade(database, '-1', {
      onWait() {
        told += 1;
        released.resolve(undefined);
      },
    });
    expect(await reverted).toHaveLength(1);
    expect(told).toBe(1);
    await held;
  });
});

describe('a step that fails', () => {
  const broken =
    "override up(): void {\n    this.addSql('create table half (id int)');\n    this.addSql('create nonsense');\n";

  test('is named with its statement, and leaves no trace, or one that is known', async () => {
    const [, second] = await threeMigrations();
    await rewrite(second, 'override up(): void {\n', broken);
    await project.moveMigrations();
    const database = await project.open();
    await expect(upgrade(database)).rejects.toMatchObject({
      reason: 'failed_migration',
      message: expect.stringMatching(`^${second} \\(up\\) failed at statement 2 of 3: `),
    });
    if (engine === 'mysql') {
      expect(await rowsOf(database, 'select * from half')).toEqual([]);
      expect((await historyOf(database)).revisions[1]?.interrupted).toMatchObject({
        direction: 'up',
        done: 1,
      });
      expect(await isUpToDate(database)).toBe(false);
    } else {
      await expect(upgrade(database)).rejects.toThrow(/Nothing was changed\.$/);
      await expect(rowsOf(database, 'select * from half')).rejects.toThrow();
      await expect(rowsOf(database, 'select * from teams')).rejects.toThrow();
    }
  });

  test('at its first statement leaves everything as it was', async () => {
    const [, second] = await threeMigrations();
    await rewrite(
      second,
      'override up(): void {\n',
      "override up(): void {\n    this.addSql('create nonsense');\n",
    );
    await rewrite(
      second,
      'override down(): void {\n',
      "override down(): void {\n    this.addSql('drop nonsense');\n",
    );
    await project.moveMigrations();
    const database = await project.open();
    await expect(upgrade(database)).rejects.toThrow(
      /^\S+ \(up\) failed at statement 1 of 2: .*Nothing was changed\.$/s,
    );
    expect((await historyOf(database)).revisions.filter(({ interrupted }) => interrupted)).toEqual([]);

    await stamp(database, second);
    const journal = await rowsOf(database, 'select * from migration_journal order by name');
    await expect(downgrade(database)).rejects.toThrow(
      /^\S+ \(down\) failed at statement 1 of 2: .*Nothing was changed\.$/s,
    );
    expect(await rowsOf(database, 'select * from migration_journal order by name')).toEqual(journal);
  });

  test('that was mended goes on where it stopped, or is taken back', async () => {
    const [, second] = await threeMigrations();
    await rewrite(second, 'override up(): void {\n', broken);
    await rewrite(
      second,
      'override down(): void {\n',
      "override down(): void {\n    this.addSql('drop table half');\n",
    );
    await project.moveMigrations();
    await upgrade(await project.open()).catch(() => undefined);
    await rewrite(second, "    this.addSql('create nonsense');\n", '');
    await project.moveMigrations();
    const database = await project.open();

    if (engine === 'mysql') {
      await expect(upgrade(database)).rejects.toMatchObject({
        reason: 'interrupted_migration',
        message: expect.stringContaining('pnpm db upgrade --resume'),
      });
      expect(await downgrade(database, '-1', { resume: true })).toEqual([second]);
      await expect(rowsOf(database, 'select * from half')).rejects.toThrow();
      await expect(rowsOf(database, 'select motto from teams')).rejects.toThrow();
      await expect(rowsOf(database, 'select name from teams')).resolves.toEqual([]);
    }
    expect(await upgrade(database)).toContain(second);
    expect(await rowsOf(database, 'select motto from teams')).toEqual([]);
    expect(await rowsOf(database, 'select * from half')).toEqual([]);
  });
});

// Not skipped on the others, for there is nothing of the kind.
if (engine === 'mysql') {
  describe('an interrupted step on MySQL', () => {
    test('goes on at the statement that had begun, whether or not it came to its end', async () => {
      const [, second] = await threeMigrations();
      const database = await project.upgraded();
      await downgrade(database, '-2');
      // As a process leaves it that was killed right after its first statement.
      await runSql(database, 'alter table teams add motto text null');
      const checksum = (await rowsOf(database, 'select checksum from migration_journal limit 1'))[0]?.[
        'checksum'
      ];
      await runSql(
        database,
        `insert into migration_journal (name, checksum, direction, done, done_checksum) values ('${second}', '${String(checksum)}', 'up', 0, sha2('', 256))`,
      );
      await expect(upgrade(database)).rejects.toMatchObject({ reason: 'interrupted_migration' });
      expect(await upgrade(database, { resume: true })).toHaveLength(2);
      expect(await liveDrift(database)).toEqual([]);
    });

    const begin = 'override up(): void {\n';
    const added = (...statements: string[]) =>
      statements.map((sql) => `    this.addSql(${JSON.stringify(sql)});\n`).join('');

    test('a statement that failed is not taken for one that has run, however often one goes on', async () => {
      const [, second] = await threeMigrations();
      await rewrite(
        second,
        begin,
        begin + added('create table half (id int)', 'alter table tems rename column a to b'),
      );
      await project.moveMigrations();
      const database = await project.open();
      const failed = {
        reason: 'failed_migration',
        message: expect.stringMatching(
          /failed at statement 2 of 3: .*MySQL keeps what was done: one statement\. .*upgrade --resume.*downgrade --resume/s,
        ),
      };
      await expect(upgrade(database)).rejects.toMatchObject(failed);
      await expect(upgrade(database, { resume: true })).rejects.toMatchObject(failed);
      await expect(upgrade(database, { resume: true })).rejects.toMatchObject(failed);
      expect(await isUpToDate(database)).toBe(false);
    });

    test('rows that were written after the last change of the schema are written once', async () => {
      const [, second] = await threeMigrations();
      const insert = "insert into teams (id, name) values (7, 'seven')";
      await rewrite(
        second,
        begin,
        begin +
          added('create table half (id int)', insert, "insert into teams (id, name) values (7, 'eight')"),
      );
      await project.moveMigrations();
      const database = await project.open();
      await expect(upgrade(database)).rejects.toThrow(/failed at statement 3 of 4: .*: one statement\./s);
      await rewrite(second, added("insert into teams (id, name) values (7, 'eight')"), '');
      await project.moveMigrations();
      const mended = await project.open();
      expect(await upgrade(mended, { resume: true })).toHaveLength(2);
      expect(await rowsOf(mended, 'select name from teams')).toEqual([{ name: 'seven' }]);
    });

    test('work on rows that was under way when the process was killed is done once', async () => {
      const [, second] = await threeMigrations();
      await rewrite(
        second,
        begin,
        begin +
          added(
            'create table counts (id int primary key, n int not null)',
            'insert into counts values (1, 0), (2, 0)',
            'update counts set n = n + 1 + sleep(0.4)',
          ),
      );
      await project.moveMigrations();
      const database = await project.open();
      const child = spawn(process.execPath, [
        '--input-type=module',
        '--eval',
        `import { openDatabase, upgrade } from ${JSON.stringify(import.meta.resolve('../index.ts'))};
         await upgrade(await openDatabase(${JSON.stringify(project.url)}, { migrationsFolder: ${JSON.stringify(project.migrationsFolder)} }));`,
      ]);
      const isUnderWay = async () =>
        (
          await rowsOf(
            database,
            "select 1 from information_schema.processlist where db = database() and info like 'update counts%'",
          )
        ).length > 0;
      while (!(await isUnderWay()));
      child.kill('SIGKILL');
      await once(child, 'close');
      // The server comes to the end of the statement, and finds nobody there.
      while (await isUnderWay());

      await expect(upgrade(database)).rejects.toMatchObject({
        reason: 'interrupted_migration',
        message: expect.stringContaining('after 1 of its statements'),
      });
      expect(await upgrade(database, { resume: true })).toHaveLength(2);
      expect(await rowsOf(database, 'select n from counts')).toEqual([{ n: 1 }, { n: 1 }]);
    });

    test('of a migration that this version does not know is named, and refused', async () => {
      await threeMigrations();
      const database = await project.upgraded();
      await runSql(
        database,
        `insert into migration_journal (name, checksum, direction, done, done_checksum) values ('Migration29990101000000_newer', 'x', 'up', 1, 'y')`,
      );
      for (const again of [upgrade, requireCurrentSchema]) {
        await expect(again(database)).rejects.toMatchObject({
          reason: 'newer_schema',
          message: expect.stringContaining('Migration29990101000000_newer'),
        });
      }
    });

    test('on its way down goes on down, and not up', async () => {
      const [, , third] = await threeMigrations();
      const down = 'override down(): void {\n';
      await rewrite(third, down, down + added('create table other (id int)', 'drop nonsense'));
      await project.moveMigrations();
      await expect(downgrade(await project.upgraded())).rejects.toThrow(
        /failed at statement 2 of 3: .*: one statement\. .*pnpm db downgrade --resume\.$/s,
      );
      await rewrite(third, added('drop nonsense'), '');
      await project.moveMigrations();
      const database = await project.open();
      for (const again of [upgrade, (same: Database) => upgrade(same, { resume: true }), downgrade]) {
        await expect(again(database)).rejects.toMatchObject({
          reason: 'interrupted_migration',
          message: expect.stringContaining(
            'on its way down, after 1 of its statements. To go on: pnpm db downgrade',
          ),
        });
      }
      expect(await downgrade(database, '-1', { resume: true })).toEqual([third]);
      expect(await upgrade(database)).toEqual([third]);
    });
  });
}

describe('two branches that have each added a migration', () => {
  async function twoBranches(): Promise<void> {
    await threeMigrations();
    await project.write({
      Team: 'name: p.string().length(40).unique(), motto: p.text().nullable(), size: p.integer().default(1), colour: p.string().length(9).nullable(),',
    });
    const mine = await project.migrate({ message: 'colour', now: new Date('2026-04-01T00:00:00Z') });
    // The other branch began at the same revision: its file does not know of ours.
    const theirs = mine.name.replace('20260401000000_colour', '20260402000000_league');
    for (const of of ['sqlite', 'postgresql', 'mysql'] as const) {
      const source = await readFile(fileOf(mine.name, of), 'utf8');
      await writeFile(
        fileOf(theirs, of),
        source.replaceAll(mine.name, theirs).replaceAll('colour', 'league'),
      );
    }
  }

  test('are refused in words by whatever goes to the end, until they are merged', async () => {
    await twoBranches();
    const database = await project.open();
    const refusal = { reason: 'two_heads', message: expect.stringContaining('pnpm db merge') };
    await expect(upgrade(database)).rejects.toMatchObject(refusal);
    await expect(stamp(database, 'head')).rejects.toMatchObject(refusal);
    await expect(requireCurrentSchema(database)).rejects.toMatchObject(refusal);
    await expect(project.migrate()).rejects.toMatchObject(refusal);
  });

  test('M8: become one by a merge, also where one of them has run already', async () => {
    await twoBranches();
    const entitiesFolder = await project.write({
      Team: 'name: p.string().length(40).unique(), motto: p.text().nullable(), size: p.integer().default(1), colour: p.string().length(9).nullable(), league: p.string().length(9).nullable(),',
    });
    const { name, heads } = await mergeRevisions({
      migrationsFolder: project.migrationsFolder,
      entitiesFolder,
    });
    expect(heads.map((head) => head.slice(24))).toEqual(['colour', 'league']);
    const database = await project.open();
    await upgrade(database, { to: 'league' });
    expect(await upgrade(database)).toEqual([expect.stringContaining('colour'), name]);
    expect(await liveDrift(database)).toEqual([]);
    expect((await project.migrate({ isEmpty: true })).after).toEqual([name]);
  });

  test('are not merged while the entities want something else', async () => {
    await twoBranches();
    const entitiesFolder = await project.write({ Team: 'name: p.string().length(40).unique(),' });
    await expect(
      mergeRevisions({ migrationsFolder: project.migrationsFolder, entitiesFolder }),
    ).rejects.toMatchObject({
      reason: 'unmerged_entities',
      message: expect.stringContaining('teams.league'),
    });
  });

  test('are not there to be merged where there is one end', async () => {
    await threeMigrations();
    await expect(mergeRevisions({ migrationsFolder: project.migrationsFolder })).rejects.toMatchObject({
      reason: 'nothing_to_merge',
    });
  });
});

describe('the script for somebody else to run', () => {
  test('does what upgrade does, and leaves nothing pending', async () => {
    await threeMigrations();
    const script = await sqlScript(engine, { migrationsFolder: project.migrationsFolder });
    const database = await project.open();
    await runSql(database, ...statementsIn(script));
    expect(await isUpToDate(database)).toBe(true);
    expect(await liveDrift(database)).toEqual([]);
    await requireCurrentSchema(database);
  });

  test('says of SQLite what it cannot keep', async () => {
    await project.write({ Team: 'name: p.string().length(40),' });
    await project.migrate({ message: 'teams' });
    const first = await sqlScript('sqlite', { migrationsFolder: project.migrationsFolder });
    expect(first).not.toContain('Made anew');
    await project.write({ Team: 'name: p.integer(),' });
    await project.migrate({ message: 'numbers' });
    const script = await sqlScript('sqlite', { migrationsFolder: project.migrationsFolder });
    expect(script).toMatch(/^-- Made anew: teams\. /);
  });

  test('of a range leads from one revision to another, and back', async () => {
    const [first, second, third] = await threeMigrations();
    const titles = async (range: string) =>
      [
        ...(await sqlScript(engine, { migrationsFolder: project.migrationsFolder, range })).matchAll(
          /^-- (Migration.*)$/gm,
        ),
      ].map(([, title]) => title);
    expect(await titles('teams:size')).toEqual([`${second}: up`, `${third}: up`]);
    expect(await titles('size:base')).toEqual([`${third}: down`, `${second}: down`, `${first}: down`]);
    expect(await titles('motto')).toEqual([`${first}: up`, `${second}: up`]);
    expect(await titles('motto:')).toEqual([`${third}: up`]);
    await expect(titles('teams:motto:size')).rejects.toMatchObject({ reason: 'unknown_revision' });
  });

  const statementsIn = (script: string) =>
    script
      .replace(/^--.*$/gm, '')
      .split(/;\n/)
      .map((statement) => statement.trim())
      .filter((statement) => statement !== '');
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
      '    // Yours to write: this.addSql(`…`)',
      `    for (const { id, name } of await this.execute('select id, name from teams')) {
      await this.execute('update teams set name = ? where id = ?', [String(name).toUpperCase(), id]);
    }`,
    );
    await project.moveMigrations();
    const database = await project.upgraded();
    expect(await rowsOf(database, 'select name from teams order by id')).toEqual([
      { name: 'RED' },
      { name: 'BLUE' },
    ]);
    await expect(sqlScript(engine, { migrationsFolder: project.migrationsFolder })).rejects.toMatchObject({
      reason: 'not_offline',
    });
  });
});

if (engine === 'sqlite') {
  describe('a table that SQLite makes anew', () => {
    test('keeps triggers, views and indexes that nobody but their maker knows, and what refers to its rows', async () => {
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
      expect(await rowsOf(database, 'select what from log')).toEqual([{ what: 'changed red' }]);
      expect(await rowsOf(database, 'select * from team_names')).toEqual([{ name: 'red' }]);
      expect(await rowsOf(database, 'select id, team_id from members')).toEqual([{ id: 7, team_id: 1 }]);
      expect(
        await rowsOf(
          database,
          "select name from sqlite_master where name in ('teams_by_hand', 'teams_name_unique') order by name",
        ),
      ).toEqual([{ name: 'teams_by_hand' }, { name: 'teams_name_unique' }]);
      await runSql(database, 'delete from teams');
      expect(await rowsOf(database, 'select * from members')).toEqual([]);
    });

    test('whose trigger does not fit it any more is left as it is, with the trigger named', async () => {
      await project.write({ Team: 'name: p.string().length(40), size: p.integer().default(1),' });
      await project.migrate({ message: 'teams' });
      await runSql(await project.upgraded(), 'create index teams_by_size on teams (size)');
      await project.write({ Team: 'name: p.integer(),' });
      await project.migrate({ message: 'smaller' });
      const database = await project.open();
      await expect(upgrade(database)).rejects.toMatchObject({
        reason: 'failed_migration',
        message: expect.stringContaining('its index teams_by_size does not fit any more'),
      });
      expect(await rowsOf(database, 'select size from teams')).toEqual([]);
    });

    test('and would leave rows that refer to nothing is left as it is', async () => {
      await project.write({
        Team: 'name: p.string().length(40),',
        Member: "team: () => p.manyToOne(Team).fieldName('team_id'),",
      });
      const plan = await project.migrate({ message: 'teams' });
      const next = await project.migrate({ isEmpty: true, message: 'careless' });
      await rewrite(
        next.name,
        '    // Yours to write: this.addSql(`…`)',
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
        message: expect.stringContaining('rows of members would refer to rows of teams'),
      });
      expect(await rowsOf(database, 'select name from teams')).toEqual([{ name: 'red' }]);
      expect(await rowsOf(database, 'pragma foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    });
  });
}

test('a file that is no migration is named', async () => {
  const [first] = await threeMigrations();
  await writeFile(fileOf(first.replace('teams', 'nothing')), 'export const nothing = 1;\n');
  await expect(project.open()).rejects.toMatchObject({ reason: 'bad_migration' });
  await rm(fileOf(first.replace('teams', 'nothing')));
  await writeFile(fileOf('Migration2026_short'), 'export class Migration2026_short {}\n');
  await expect(project.open()).rejects.toMatchObject({
    reason: 'bad_migration',
    message: expect.stringContaining('Migration2026_short'),
  });
  await rm(fileOf('Migration2026_short'));
});
