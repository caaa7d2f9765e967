import { createPasswords } from '@latchkey/auth';
import { type Engine, openDatabase, seedDemoUsers } from '@latchkey/db';
import { createDatabaseFromTemplate, type TemporaryDatabase } from '@latchkey/db/testing';
import { upgrade } from '@latchkey/migrator';

/** A database with the newest schema and the demo users. @param engine the one under test by default */
export const createDemoDatabase = (engine?: Engine): Promise<TemporaryDatabase> =>
  createDatabaseFromTemplate(
    {
      name: 'demo users',
      async prepare(url) {
        const database = await openDatabase(url);
        await upgrade(database);
        await seedDemoUsers(database, createPasswords({ hashing: 'fast' }).hash);
        await database.close();
      },
    },
    engine,
  );
