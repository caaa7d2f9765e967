import { hashPassword } from '@latchkey/auth';
import type { Config } from '@latchkey/config';
import { openDatabase, seedDemoUsers, upgrade } from '@latchkey/db';
import { assembleApi } from './assemble-api.ts';
import type { Handler } from './handler.ts';

/** The API, ready to answer. */
export type Api = {
  handle: Handler;
  /** Whether the demo's susan / cat can sign in: for the line that says so at start. */
  hasDemoUsers: boolean;
  stop(): Promise<void>;
};

/**
 * Opens the database, brings it up to date, adds the demo users where they are wanted, and assembles the API over it.
 * @param port where the site is reached, for its own origin
 * @throws DatabaseError when the database cannot be opened or is newer than this code
 */
export async function startApi(config: Config, port: number): Promise<Api> {
  const database = await openDatabase(config.databaseUrl);
  try {
    await upgrade(database);
    if (config.seedDemo) await seedDemoUsers(database, hashPassword);

    const { handle, services } = await assembleApi(database, config, port);
    const hasDemoUsers = config.seedDemo && (await services.users.findByLogin('susan')) !== null;
    return { handle, hasDemoUsers, stop: () => database.close() };
  } catch (error) {
    await database.close();
    throw error;
  }
}
