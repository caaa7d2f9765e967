import { createPasswords } from '@latchkey/auth';
import { createLog } from '@latchkey/http';
import type { Config } from '@latchkey/config';
import { openDatabase, refuseHalfCopied, seedDemoUsers, upgrade } from '@latchkey/db';
import type { Application } from './application.ts';
import { assembleApi } from './assemble-api.ts';
import type { Services } from './context.ts';
import type { Handler } from './handler.ts';

/** The API, ready to answer. */
export type Api = {
  handle: Handler;
  /** What procedures work with, for whoever runs in the same process. */
  services: Services;
  /** Whether the demo's susan / cat can sign in: for the line that says so at start. */
  hasDemoUsers: boolean;
  /** Resolves when every mail that is due is on its way: for tests. */
  mailSent(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Opens the database, brings it up to date, adds the demo users where they are wanted, and assembles the API over it.
 * @param port where the site is reached, for its own origin
 * @throws DatabaseError when the database cannot be opened or is newer than this code
 * @throws KeepingError when a copy into it has not come to its end
 */
export async function startApi(config: Config, port: number, application?: Application): Promise<Api> {
  // Others go on being answered while one waits for a lock.
  const database = await openDatabase(config.databaseUrl, { busyTimeoutMs: 0 });
  try {
    await refuseHalfCopied(database);
    const onWait = () => {
      createLog(config.logLevel).warn('waiting: another process is migrating the database, or has it locked');
    };
    await upgrade(database, { onWait });
    if (config.seedDemo) {
      const { hash } = createPasswords(config.passwords);
      await seedDemoUsers(database, hash);
    }

    const { handle, services, startBackground, mailSent, stop } = await assembleApi(
      database,
      config,
      port,
      application,
    );
    startBackground();
    const hasDemoUsers = config.seedDemo && (await services.users.findByLogin('susan')) !== null;
    return {
      handle,
      services,
      hasDemoUsers,
      mailSent,
      async stop() {
        await stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
