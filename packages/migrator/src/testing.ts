import { type Engine, openDatabase } from '@latchkey/db';
import { createDatabaseFromTemplate, type TemporaryDatabase } from '@latchkey/db/testing';
import { upgrade } from './index.ts';

export {
  queryRows,
  runSql,
  createTemporaryProject,
  type Entities,
  type TemporaryProject,
} from './project.fixture.ts';
export { extendApplication, type ExtendedApplication } from './extended-application.fixture.ts';

/** A database with the newest schema of the application. @param engine the one under test by default */
export const createMigratedDatabase = (engine?: Engine): Promise<TemporaryDatabase> =>
  createDatabaseFromTemplate(
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
