import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Database } from '@latchkey/db';
import {
  downgrade,
  readHistory,
  isUpToDate,
  findSchemaDrift,
  requireCurrentSchema,
  stamp,
  upgrade,
} from './index.ts';
import { queryRows, runSql } from './project.fixture.ts';
import {
  eachTestHasAProject,
  engine,
  project,
  threeMigrations,
  rewrite,
} from './three-migrations.fixture.ts';

eachTestHasAProject();

describe('a failing step', () => {
  const broken =
    "override up(): void {\n    this.addSql('create table half (id int)');\n    this.addSql('create nonsense');\n";

  test('is reported with its statement, and rolled back or recorded', async () => {
    const [, second] = await threeMigrations();
    await rewrite(second, 'override up(): void {\n', broken);
    await project.moveMigrations();
    const database = await project.open();
    await expect(upgrade(database)).rejects.toMatchObject({
      reason: 'failed_migration',
      message: expect.stringMatching(`^${second} \\(up\\) failed at statement 2 of 3: `),
    });
    if (engine === 'mysql') {
      expect(await queryRows(database, 'select * from half')).toEqual([]);
      expect((await readHistory(database)).revisions[1]?.interrupted).toMatchObject({
        direction: 'up',
        done: 1,
      });
      expect(await isUpToDate(database)).toBe(false);
    } else {
      await expect(upgrade(database)).rejects.toThrow(/Nothing was changed\.$/);
      await expect(queryRows(database, 'select * from half')).rejects.toThrow();
      await expect(queryRows(database, 'select * from teams')).rejects.toThrow();
    }
  });

  test('at its first statement changes nothing', async () => {
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
    expect((await readHistory(database)).revisions.filter(({ interrupted }) => interrupted)).toEqual([]);

    await stamp(database, second);
    const journal = await queryRows(database, 'select * from migration_journal order by name');
    await expect(downgrade(database)).rejects.toThrow(
      /^\S+ \(down\) failed at statement 1 of 2: .*Nothing was changed\.$/s,
    );
    expect(await queryRows(database, 'select * from migration_journal order by name')).toEqual(journal);
  });

  test('continues after a correction, or is reverted', async () => {
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
      await expect(queryRows(database, 'select * from half')).rejects.toThrow();
      await expect(queryRows(database, 'select motto from teams')).rejects.toThrow();
      await expect(queryRows(database, 'select name from teams')).resolves.toEqual([]);
    }
    expect(await upgrade(database)).toContain(second);
    expect(await queryRows(database, 'select motto from teams')).toEqual([]);
    expect(await queryRows(database, 'select * from half')).toEqual([]);
  });
});

// Other engines have no such state, so nothing is skipped there.
if (engine === 'mysql') {
  describe('an interrupted step on MySQL', () => {
    test('continues at the interrupted statement, whether or not it had completed', async () => {
      const [, second] = await threeMigrations();
      const database = await project.upgraded();
      await downgrade(database, '-2');
      // The state after a process was killed right after its first statement.
      await runSql(database, 'alter table teams add motto text null');
      const checksum = (await queryRows(database, 'select checksum from migration_journal limit 1'))[0]?.[
        'checksum'
      ];
      await runSql(
        database,
        `insert into migration_journal (name, checksum, direction, done, done_checksum) values ('${second}', '${String(checksum)}', 'up', 0, sha2('', 256))`,
      );
      await expect(upgrade(database)).rejects.toMatchObject({ reason: 'interrupted_migration' });
      expect(await upgrade(database, { resume: true })).toHaveLength(2);
      expect(await findSchemaDrift(database)).toEqual([]);
    });

    const begin = 'override up(): void {\n';
    const added = (...statements: string[]) =>
      statements.map((sql) => `    this.addSql(${JSON.stringify(sql)});\n`).join('');

    test('a failed statement is never recorded as completed', async () => {
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

    test('rows written after the last schema change are written once', async () => {
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
      expect(await queryRows(mended, 'select name from teams')).toEqual([{ name: 'seven' }]);
    });

    test('row changes are made once if the process is killed', async () => {
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
        `import { openDatabase } from ${JSON.stringify(import.meta.resolve('@latchkey/db'))};
         import { upgrade } from ${JSON.stringify(import.meta.resolve('./index.ts'))};
         await upgrade(await openDatabase(${JSON.stringify(project.url)}, { migrationsFolder: ${JSON.stringify(project.migrationsFolder)} }));`,
      ]);
      const isRunning = async () =>
        (
          await queryRows(
            database,
            "select 1 from information_schema.processlist where db = database() and info like 'update counts%'",
          )
        ).length > 0;
      while (!(await isRunning()));
      child.kill('SIGKILL');
      await once(child, 'close');
      // The server completes the statement of the closed connection.
      while (await isRunning());

      await expect(upgrade(database)).rejects.toMatchObject({
        reason: 'interrupted_migration',
        message: expect.stringContaining('was interrupted after one statement.'),
      });
      expect(await upgrade(database, { resume: true })).toHaveLength(2);
      expect(await queryRows(database, 'select n from counts')).toEqual([{ n: 1 }, { n: 1 }]);
    });

    test('of an unknown migration is reported and refused', async () => {
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

    test('of a downgrade continues as a downgrade', async () => {
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
            '(down) was interrupted after one statement. To continue: pnpm db downgrade',
          ),
        });
      }
      expect(await downgrade(database, '-1', { resume: true })).toEqual([third]);
      expect(await upgrade(database)).toEqual([third]);
    });
  });
}
