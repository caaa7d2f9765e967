import { resolve } from 'node:path';
import { readConfig } from '@latchkey/config';
import { openDatabase, type Database } from '@latchkey/db';
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
): Promise<T> {
  const { migrations } = options;
  const database = await openDatabase(databaseUrlOf(options), {
    ...(migrations !== undefined && { migrationsFolder: resolve(migrations) }),
  });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** The address of the database that is meant. @throws ConfigError for one that is none */
export function databaseUrlOf({ databaseUrl }: DatabaseOptions): string {
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
