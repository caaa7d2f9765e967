import { describe, expect, test } from 'vitest';
import type { OpenOptions } from '@latchkey/db';
import { upgrade } from '@latchkey/migrator';
import { createTemporaryProject } from '@latchkey/migrator/testing';
import { backupDatabase } from './backup.ts';
import { restoreDatabase } from './restore.ts';
import { availableEngines } from '../test-databases.fixture.ts';
import { eachTestHasAFolder, file, empty, withDatabase, onEach } from './backup.fixture.ts';

eachTestHasAFolder();

describe('a portable backup of an older version', () => {
  test.for(onEach)('is restored on $engine, and can be upgraded$skipNote', async ({ engine }, { skip }) => {
    skip(!availableEngines.includes(engine), 'no server answers');
    const project = await createTemporaryProject();
    try {
      const entitiesFolder = await project.write({ Note: 'text: p.string().length(40),' });
      await project.migrate();
      const testDatabase = await empty(engine);
      const older = { entitiesFolder, migrationsFolder: project.migrationsFolder };
      const run = (options: OpenOptions, sql: string) =>
        withDatabase(
          testDatabase,
          (database) => database.orm.em.getConnection().execute<unknown[]>(sql),
          options,
        );
      await withDatabase(testDatabase, (database) => upgrade(database), older);
      await run(older, "insert into notes (id, text) values (7, 'an old one')");
      await backupDatabase(testDatabase.url, file, { ...older, portable: true });

      const newer = {
        ...older,
        entitiesFolder: await project.write({
          Note: 'text: p.string().length(40), mood: p.string().length(9).nullable(),',
        }),
      };
      await project.migrate();
      await withDatabase(testDatabase, (database) => upgrade(database), newer);
      await run(newer, 'delete from notes');
      expect(await restoreDatabase(testDatabase.url, file, newer)).toMatchObject({ isCurrent: false });
      expect(await run(newer, 'select * from notes')).toEqual([{ id: 7, text: 'an old one' }]);
      await withDatabase(testDatabase, (database) => upgrade(database), newer);
      expect(await run(newer, 'select * from notes')).toEqual([{ id: 7, text: 'an old one', mood: null }]);
    } finally {
      await project.remove();
    }
  });
});

describe('a portable backup of a version in which a column had another kind', () => {
  test.for(onEach)('is restored on $engine$skipNote', async ({ engine }, { skip }) => {
    skip(!availableEngines.includes(engine), 'no server answers');
    const project = await createTemporaryProject();
    try {
      const entitiesFolder = await project.write({ Note: 'written: p.integer(),' });
      await project.migrate();
      const testDatabase = await empty(engine);
      const older = { entitiesFolder, migrationsFolder: project.migrationsFolder };
      const run = (sql: string) =>
        withDatabase(
          testDatabase,
          (database) => database.orm.em.getConnection().execute<unknown[]>(sql),
          older,
        );
      await withDatabase(testDatabase, (database) => upgrade(database), older);
      await run('insert into notes (id, written) values (7, 1800000000)');
      await backupDatabase(testDatabase.url, file, { ...older, portable: true });

      const newer = { ...older, entitiesFolder: await project.write({ Note: 'written: p.datetime(),' }) };
      await run('delete from notes');
      await restoreDatabase(testDatabase.url, file, newer);
      expect(await run('select * from notes')).toEqual([{ id: 7, written: 1_800_000_000 }]);
    } finally {
      await project.remove();
    }
  });
});
