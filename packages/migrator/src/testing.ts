import { type Engine, openDatabase } from '@latchkey/db';
import { databaseFrom, type TemporaryDatabase } from '@latchkey/db/testing';
import { upgrade } from './index.ts';

export { rowsOf, runSql, temporaryProject, type Entities, type TemporaryProject } from './project.fixture.ts';
export { extendApplication, type ExtendedApplication } from './extended-application.fixture.ts';

/** A database with the newest schema of the application. @param engine the one under test by default */
export const migratedDatabase = (engine?: Engine): Promise<TemporaryDatabase> =>
  databaseFrom(
    {
      name: 'migrated',
      async prepare(url) {
        const database = await openDatabase(url);
        await upgrade(database);
        await database.close();
      },
    },
    engine,
  );
