import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { findSchemaDrift, mergeRevisions, requireCurrentSchema, stamp, upgrade } from './index.ts';
import { eachTestHasAProject, fileOf, project, threeMigrations } from './three-migrations.fixture.ts';

eachTestHasAProject();

describe('two branches with a new migration each', () => {
  async function twoBranches(): Promise<void> {
    await threeMigrations();
    await project.write({
      Team: 'name: p.string().length(40).unique(), motto: p.text().nullable(), size: p.integer().default(1), color: p.string().length(9).nullable(),',
    });
    const mine = await project.migrate({ message: 'color', now: new Date('2026-04-01T00:00:00Z') });
    // The other branch started at the same revision, so its migration does not include this one.
    const theirs = mine.name.replace('20260401000000_color', '20260402000000_league');
    for (const of of ['sqlite', 'postgresql', 'mysql'] as const) {
      const source = await readFile(fileOf(mine.name, of), 'utf8');
      await writeFile(fileOf(theirs, of), source.replaceAll(mine.name, theirs).replaceAll('color', 'league'));
    }
  }

  test('are refused by commands that go to the head, until they are merged', async () => {
    await twoBranches();
    const database = await project.open();
    const refusal = { reason: 'two_heads', message: expect.stringContaining('pnpm db merge') };
    await expect(upgrade(database)).rejects.toMatchObject(refusal);
    await expect(stamp(database, 'head')).rejects.toMatchObject(refusal);
    await expect(requireCurrentSchema(database)).rejects.toMatchObject(refusal);
    await expect(project.migrate()).rejects.toMatchObject(refusal);
  });

  test('are merged, even if one of them has run [M8]', async () => {
    await twoBranches();
    const entitiesFolder = await project.write({
      Team: 'name: p.string().length(40).unique(), motto: p.text().nullable(), size: p.integer().default(1), color: p.string().length(9).nullable(), league: p.string().length(9).nullable(),',
    });
    const { name, heads } = await mergeRevisions({
      migrationsFolder: project.migrationsFolder,
      entitiesFolder,
    });
    expect(heads.map((head) => head.slice(24))).toEqual(['color', 'league']);
    const database = await project.open();
    await upgrade(database, { to: 'league' });
    expect(await upgrade(database)).toEqual([expect.stringContaining('color'), name]);
    expect(await findSchemaDrift(database)).toEqual([]);
    expect((await project.migrate({ isEmpty: true })).after).toEqual([name]);
  });

  test('are not merged while the entities differ', async () => {
    await twoBranches();
    const entitiesFolder = await project.write({ Team: 'name: p.string().length(40).unique(),' });
    await expect(
      mergeRevisions({ migrationsFolder: project.migrationsFolder, entitiesFolder }),
    ).rejects.toMatchObject({
      reason: 'unmerged_entities',
      message: expect.stringContaining('teams.league'),
    });
  });

  test('are required for a merge', async () => {
    await threeMigrations();
    await expect(mergeRevisions({ migrationsFolder: project.migrationsFolder })).rejects.toMatchObject({
      reason: 'nothing_to_merge',
    });
  });
});
