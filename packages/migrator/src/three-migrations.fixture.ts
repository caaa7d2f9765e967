import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { engineUnderTest } from '@latchkey/db/testing';
import { createTemporaryProject, type TemporaryProject } from './project.fixture.ts';

export const engine = engineUnderTest();
/** The project of the running test. */
export let project: TemporaryProject;

/** Gives each test of a file a project. */
export function eachTestHasAProject(): void {
  beforeEach(async () => {
    project = await createTemporaryProject();
  });
  afterEach(() => project.remove());
}

/** Three migrations: teams, their motto, their size. */
export async function threeMigrations(): Promise<[string, string, string]> {
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

export const fileOf = (name: string, of = engine) => join(project.migrationsFolder, of, `${name}.ts`);

/** Puts other statements in the place of those of a migration, on the engine under test. */
export async function rewrite(name: string, from: string | RegExp, to: string): Promise<void> {
  const source = await readFile(fileOf(name), 'utf8');
  const changed = source.replace(from, to);
  expect(changed).not.toBe(source);
  await writeFile(fileOf(name), changed);
}
