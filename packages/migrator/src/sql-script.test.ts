import { describe, expect, test } from 'vitest';
import { findSchemaDrift, isUpToDate, requireCurrentSchema, sqlScript } from './index.ts';
import { runSql } from './project.fixture.ts';
import { eachTestHasAProject, engine, project, threeMigrations } from './three-migrations.fixture.ts';

eachTestHasAProject();

describe('an SQL script', () => {
  test('does what upgrade does, and leaves nothing pending', async () => {
    await threeMigrations();
    const script = await sqlScript(engine, { migrationsFolder: project.migrationsFolder });
    const database = await project.open();
    await runSql(database, ...statementsIn(script));
    expect(await isUpToDate(database)).toBe(true);
    expect(await findSchemaDrift(database)).toEqual([]);
    await requireCurrentSchema(database);
  });

  test('names the parts that it cannot keep on SQLite', async () => {
    await project.write({ Team: 'name: p.string().length(40),' });
    await project.migrate({ message: 'teams' });
    const first = await sqlScript('sqlite', { migrationsFolder: project.migrationsFolder });
    expect(first).not.toContain('Rebuilt');
    await project.write({ Team: 'name: p.integer(),' });
    await project.migrate({ message: 'numbers' });
    const script = await sqlScript('sqlite', { migrationsFolder: project.migrationsFolder });
    expect(script).toMatch(/^-- Rebuilt: teams\. /);
  });

  test('of a range upgrades or downgrades from one revision to another', async () => {
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
