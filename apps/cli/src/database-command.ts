import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readConfig, warnOfUnknownVariables } from '@latchkey/config';
import {
  type Database,
  openDatabase,
  openExistingDatabase,
  type OpenOptions,
  permissionError,
  removeRestoreLeftovers,
  toOutageError,
} from '@latchkey/db';
import { sqlitePath } from '@latchkey/db/connection';
import type { Command } from 'commander';
import { CommandError } from './command-error.ts';

export type DatabaseOptions = { databaseUrl?: string; migrations?: string; dryRun?: true };

export function addDatabaseOption(command: Command): Command {
  return command.option('--database-url <url>', 'database to use instead of DATABASE_URL');
}

export type Opening = Pick<OpenOptions, 'busyTimeoutMs' | 'readOnly'>;

/**
 * Opens the database of the command, and closes it when the work ends or fails.
 * @throws DatabaseError `unknown_database` for a missing SQLite file, which is not created
 */
export async function withDatabase<T>(
  options: DatabaseOptions,
  work: (database: Database) => Promise<T>,
  opening: Opening = {},
): Promise<T> {
  const url = getDatabaseUrl(options);
  const database = await openExistingDatabase(url, { ...openOptionsOf(options), ...opening });
  if (!options.dryRun) await removeLeftovers(database);
  return use(database, work);
}

/** As `withDatabase`, but creates a missing SQLite file. */
export async function withDatabaseToCreate<T>(
  options: DatabaseOptions,
  work: (database: Database) => Promise<T>,
  opening: Opening = {},
): Promise<T> {
  const database = await openDatabase(getDatabaseUrl(options), { ...openOptionsOf(options), ...opening });
  await removeLeftovers(database);
  return use(database, work);
}

/** Opens the database without changing it. A missing SQLite file is not created, and counts as an empty database. */
export async function withReadOnlyDatabase<T>(
  options: DatabaseOptions,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const url = getDatabaseUrl(options);
  const path = sqlitePath(url);
  if (path === null || path === ':memory:' || existsSync(path)) {
    return use(await openDatabase(url, { ...openOptionsOf(options), readOnly: true }), work);
  }
  const empty = await openDatabase('sqlite::memory:', openOptionsOf(options));
  return use({ ...empty, location: path }, work);
}

/** Removes what a killed restore has left, which has password hashes. The command itself does not depend on it. */
async function removeLeftovers(database: Database): Promise<void> {
  const removed = await removeRestoreLeftovers(database).catch(() => []);
  for (const name of removed) process.stderr.write(`Removed ${name}, left by a restore that was killed.\n`);
}

async function use<T>(database: Database, work: (database: Database) => Promise<T>): Promise<T> {
  try {
    return await work(database);
  } catch (error) {
    throw permissionError(error, database.location) ?? (await explainBySchema(error, database));
  } finally {
    await database.close();
  }
}

/** An error about a missing table or column, and one that a forgotten migration may cause, gets a sentence. */
async function explainBySchema(error: unknown, database: Database): Promise<unknown> {
  // Imported here, because few commands fail.
  const { explainByMigrations } = await import('@latchkey/migrator/missing-migration');
  const explained = await explainByMigrations(error, database);
  const outage = explained === error ? toOutageError(error, database.location) : null;
  return outage?.reason === 'outdated_schema' ? outage : explained;
}

function openOptionsOf({ migrations }: DatabaseOptions): OpenOptions {
  return migrations === undefined ? {} : { migrationsFolder: existingFolder(migrations) };
}

/** @throws CommandError for a missing folder */
export function existingFolder(migrations: string): string {
  const folder = resolve(migrations);
  if (existsSync(folder)) return folder;
  throw new CommandError(`--migrations: found ${migrations}, which is not a folder.`);
}

/** The URL of the command's database. @throws ConfigError for a malformed URL, CommandError for an empty one */
export function getDatabaseUrl({ databaseUrl }: DatabaseOptions): string {
  // A script whose variable is not set passes an empty value: falling back to DATABASE_URL would change the wrong database.
  if (databaseUrl?.trim() === '') {
    throw new CommandError('--database-url: found nothing; expected a URL, or leave the option out.');
  }
  const given = databaseUrl && { DATABASE_URL: databaseUrl, DATABASE_URL_FILE: '' };
  const config = readConfig({ ...process.env, ...given });
  warnOfUnknownVariables();
  return config.databaseUrl;
}
