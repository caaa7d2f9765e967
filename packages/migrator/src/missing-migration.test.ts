import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, defaultMigrationsFolder } from '@latchkey/db';
import { expect, onTestFinished, test } from 'vitest';
import { explainByMigrations, requireMigrations } from './index.ts';

/** The migrations of the application before a column of users was added to the entity. */
async function olderMigrations(engine: Engine): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(defaultMigrationsFolder, folder, { recursive: true });
  const path = join(folder, engine, '.snapshot.json');
  // The cast: this is the format of MikroORM's snapshots.
  const snapshot = JSON.parse(await readFile(path, 'utf8')) as {
    tables: { name: string; columns: Record<string, unknown> }[];
  };
  delete snapshot.tables.find(({ name }) => name === 'users')?.columns['delete_after'];
  await writeFile(path, JSON.stringify(snapshot));
  return folder;
}

test.each(['sqlite', 'postgresql', 'mysql'] as const)(
  'a changed entity without a migration is named with the command (%s)',
  async (engine) => {
    await expect(
      requireMigrations({ engine, migrationsFolder: await olderMigrations(engine) }),
    ).rejects.toMatchObject({
      reason: 'missing_migration',
      message: expect.stringMatching(
        /^An entity was changed without a migration \(added column users\.delete_after.*pnpm db migrate -m "…"/,
      ) as string,
    });
  },
);

test.each(['sqlite', 'postgresql', 'mysql'] as const)(
  'the migrations of the application are complete (%s)',
  async (engine) => {
    await requireMigrations({ engine, migrationsFolder: defaultMigrationsFolder });
  },
);

test('a missing migration explains an unforeseen error, and no other error', async () => {
  const error = new Error('table users has no column named delete_after');
  const complete = { engine: 'sqlite', migrationsFolder: defaultMigrationsFolder } as const;
  expect(await explainByMigrations(error, complete)).toBe(error);
  const older = { engine: 'sqlite', migrationsFolder: await olderMigrations('sqlite') } as const;
  expect(await explainByMigrations(error, older)).toMatchObject({ reason: 'missing_migration' });
  const explained = Object.assign(new Error('no'), { reason: 'locked' });
  expect(await explainByMigrations(explained, older)).toBe(explained);
});
