import { relative } from 'node:path';
import { type Database, type Engine, defaultMigrationsFolder } from '@latchkey/db';
import type { HistoryEntry } from '@latchkey/migrator';
import type { Command } from 'commander';
import {
  getDatabaseUrl,
  existingFolder,
  addDatabaseOption,
  type DatabaseOptions,
} from '../database-command.ts';

export type DbOptions = DatabaseOptions & { json?: true };

/** The options of a subcommand on migrations. */
export function addMigrationOptions(command: Command): Command {
  return addDatabaseOption(command).option(
    '--migrations <folder>',
    'migrations to use instead of those of the application: a folder with a subfolder for each engine',
  );
}

export const getMigrationsFolder = ({ migrations }: DatabaseOptions): string =>
  migrations === undefined ? defaultMigrationsFolder : existingFolder(migrations);

/** The engine of the database URL. It opens no connection. */
export function engineOf(options: DatabaseOptions): Engine {
  const [scheme] = getDatabaseUrl(options).split(':');
  if (scheme === 'sqlite') return 'sqlite';
  return scheme === 'mysql' || scheme === 'mariadb' ? 'mysql' : 'postgresql';
}

/** A path relative to the current folder, if it is inside. */
export const shownPath = (path: string): string => {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
};

/** A revision and its state in the database, on one line. */
export function lineOf({ name, appliedAt, isEdited, interrupted }: HistoryEntry): string {
  const state = interrupted
    ? `interrupted while ${interrupted.direction === 'up' ? 'applying' : 'reverting'}`
    : appliedAt
      ? `applied ${appliedAt.toISOString()}`
      : 'pending';
  return `${name}  ${state}${isEdited ? ', edited after it was applied' : ''}`;
}

/** Otherwise SQLite waits for seconds before the wait is reported. */
export const withoutBusyTimeout = { busyTimeoutMs: 0 } as const;

/** Reports that a command waits for a lock, also without a terminal: it may end up in a log. */
export const reportWait =
  ({ location }: Database) =>
  () => {
    process.stderr.write(`Waiting: another process is migrating ${location}, or has it locked.\n`);
  };

/** Reports the running step at a terminal: it may take long. */
export const reportStep = (verb: string) => (name: string) => {
  if (process.stderr.isTTY) process.stderr.write(`${verb} ${name}…\n`);
};
