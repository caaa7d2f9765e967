import { createPasswords } from '@latchkey/auth';
import type { Config } from '@latchkey/config';
import {
  type Database,
  openDatabase,
  type OpenOptions,
  refuseDemoUsers,
  requireCompleteCopy,
  seedDemoUsers,
} from '@latchkey/db';
import { explainByMigrations, isUpToDate, upgrade, type UpgradeOptions } from '@latchkey/migrator';
import { createLog } from '@latchkey/http';
import type { Application } from './application.ts';
import { statementTimeoutMs } from './time-limits.ts';
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
    statementTimeoutMs,
    ...(onStatement && { onStatement }),
  });
  try {
    await requireCompleteCopy(database);
    const onWait = () => {
      createLog(config.logLevel).warn('waiting: another process migrates or locks the database');
    };
    await upgradeWithoutTimeLimit(config.databaseUrl, database, { onWait });
    const passwords = createPasswords(config.passwords);
    if (config.seedDemo) await seedDemoUsers(database, passwords.hash);
    if (config.production) {
      await refuseDemoUsers(database, async (hash, password) => {
        return (await passwords.check(hash, password)).isRight;
      });
    }

    const api = createApi(database, config, port, application);
    api.startJobs();
    void reportMissingMigration(api, config);
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
    throw await explainByMigrations(error, database);
  }
}

/** Tells a developer who has changed an entity. The site works as far as it does not need the change; `/readyz` answers 503. */
async function reportMissingMigration(api: Api, { production }: Config): Promise<void> {
  const { log } = api.services;
  try {
    const sentence = await api.missingMigration();
    if (sentence === null) return;
    if (production) log.error(sentence);
    else process.stderr.write(`${sentence}\n`);
  } catch (error) {
    log.error({ err: error }, 'the entities could not be compared with the migrations');
  }
}

/** Applies pending migrations on a connection of their own: they take as long as they need. */
async function upgradeWithoutTimeLimit(
  url: string,
  database: Database,
  options: UpgradeOptions,
): Promise<void> {
  // SQLite has no time limit, and a database in memory only one connection.
  if (database.engine === 'sqlite' || (await isUpToDate(database))) {
    await upgrade(database, options);
    return;
  }
  const unlimited = await openDatabase(url);
  try {
    await upgrade(unlimited, options);
  } finally {
    await unlimited.close();
  }
}
