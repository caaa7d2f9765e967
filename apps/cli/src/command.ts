import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readConfig } from '@latchkey/config';
import { openDatabase, sqlitePath, withoutRights, type Database, type OpenOptions } from '@latchkey/db';
import { explain } from '@latchkey/http';
import { Command } from 'commander';

export type DatabaseOptions = { databaseUrl?: string; migrations?: string };

/** A command line of the workspace, as `pnpm NAME` calls it. */
export function commandLine(name: string, description: string): Command {
  return new Command(name).description(description).showHelpAfterError().helpCommand(false);
}

/** The option that every command on the data has. */
export function onDatabase(command: Command): Command {
  return command.option('--database-url <url>', 'another database than DATABASE_URL names');
}

/** Runs the command that was called. A mistake is told in its own words, and makes the exit code 1. */
export async function run(program: Command): Promise<void> {
  // Whoever reads may stop early, like `head`; what is to be done is done all the same.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    await program.parseAsync();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}

/** Opens the database that is meant, and closes it whatever happens. */
export async function withDatabase<T>(
  options: DatabaseOptions,
  work: (database: Database) => Promise<T>,
  opening: Pick<OpenOptions, 'busyTimeoutMs'> = {},
): Promise<T> {
  return use(await openDatabase(databaseUrlOf(options), { ...openOptionsOf(options), ...opening }), work);
}

/** The same for a database that is only looked at: a file that is not there is not made, and is an empty database. */
export async function lookAtDatabase<T>(
  options: DatabaseOptions,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const url = databaseUrlOf(options);
  const path = sqlitePath(url);
  if (path === null || path === ':memory:' || existsSync(path)) {
    return use(await openDatabase(url, { ...openOptionsOf(options), isOnlyLooking: true }), work);
  }
  const empty = await openDatabase('sqlite::memory:', openOptionsOf(options));
  return use({ ...empty, place: path }, work);
}

async function use<T>(database: Database, work: (database: Database) => Promise<T>): Promise<T> {
  try {
    return await work(database);
  } catch (error) {
    throw withoutRights(error, database.place) ?? error;
  } finally {
    await database.close();
  }
}

function openOptionsOf({ migrations }: DatabaseOptions): OpenOptions {
  return migrations === undefined ? {} : { migrationsFolder: existingFolder(migrations) };
}

/** @throws CommandError where there is no such folder */
export function existingFolder(migrations: string): string {
  const folder = resolve(migrations);
  if (existsSync(folder)) return folder;
  throw new CommandError(`--migrations: found ${migrations}, where there is no folder.`);
}

/** The address of the database that is meant. @throws ConfigError for one that is none; CommandError for an empty one */
export function databaseUrlOf({ databaseUrl }: DatabaseOptions): string {
  // As a script has it whose variable is not set: the usual database is not what was meant.
  if (databaseUrl?.trim() === '') {
    throw new CommandError('--database-url: found nothing; expected an address, or leave the option out.');
  }
  return readConfig({ ...process.env, ...(databaseUrl && { DATABASE_URL: databaseUrl }) }).databaseUrl;
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function sayJson(value: unknown): void {
  say(JSON.stringify(value, null, 2));
}

/** A no that the command itself says. */
export class CommandError extends Error {
  readonly reason = 'command';
}
