import { createPasswords } from '@latchkey/auth';
import type { Config } from '@latchkey/config';
import {
  openDatabase,
  type OpenOptions,
  refuseDemoUsers,
  requireCompleteCopy,
  seedDemoUsers,
} from '@latchkey/db';
import { upgrade } from '@latchkey/migrator';
import { createLog } from '@latchkey/http';
import type { Application } from './application.ts';
import { createApi, type Api } from './create-api.ts';

export type RunningApi = Api & {
  /** Whether susan / cat can sign in, for the line that is printed at start. */
  hasDemoUsers: boolean;
};

/**
 * Starts the API: opens the database, upgrades its schema, adds the demo users if configured, and starts the jobs.
 * @param port of the site, for its own origin
 * @param options `onStatement` is called with every SQL statement
 * @throws DatabaseError when the database cannot be opened, is newer than this code, contains an incomplete copy, or
 *   in production contains demo users
 */
export async function startApi(
  config: Config,
  port: number,
  application?: Application,
  { onStatement }: Pick<OpenOptions, 'onStatement'> = {},
): Promise<RunningApi> {
  // With 0, SQLite never blocks this process while it waits for a lock; statements are retried instead.
  const database = await openDatabase(config.databaseUrl, {
    busyTimeoutMs: 0,
    ...(onStatement && { onStatement }),
  });
  try {
    await requireCompleteCopy(database);
    const onWait = () => {
      createLog(config.logLevel).warn('waiting: another process migrates or locks the database');
    };
    await upgrade(database, { onWait });
    const passwords = createPasswords(config.passwords);
    if (config.seedDemo) await seedDemoUsers(database, passwords.hash);
    if (config.production) {
      await refuseDemoUsers(database, async (hash, password) => {
        return (await passwords.check(hash, password)).isRight;
      });
    }

    const api = createApi(database, config, port, application);
    api.startJobs();
    return {
      ...api,
      hasDemoUsers: config.seedDemo && (await api.services.users.findByLogin('susan')) !== null,
      async stop() {
        await api.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
