import { relative } from 'node:path';
import { ourMigrations, type Database, type Engine, type HistoryEntry } from '@latchkey/db';
import type { Command } from 'commander';
import {
  databaseUrlOf,
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

export const migrationsFolderOf = ({ migrations }: DatabaseOptions): string =>
  migrations === undefined ? ourMigrations : existingFolder(migrations);

/** The engine that is meant, without asking it anything. */
export function engineOf(options: DatabaseOptions): Engine {
  const [scheme] = databaseUrlOf(options).split(':');
  if (scheme === 'sqlite') return 'sqlite';
  return scheme === 'mysql' || scheme === 'mariadb' ? 'mysql' : 'postgresql';
}

/** A path as one would type it here. */
export const shownPath = (path: string): string => {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
};

/** A revision in a line: its name, and how it is with it here. */
export function lineOf({ name, appliedAt, isEdited, interrupted }: HistoryEntry): string {
  const state = interrupted
    ? `interrupted on its way ${interrupted.direction}`
    : appliedAt
      ? `applied ${appliedAt.toISOString()}`
      : 'pending';
  return `${name}  ${state}${isEdited ? ', edited since' : ''}`;
}

/** SQLite itself would wait for seconds before it says that it does. */
export const saysAtOnce = { busyTimeoutMs: 0 } as const;

/** A command that stands still says why, also to whoever reads it later. */
export const saysWait =
  ({ place }: Database) =>
  () => {
    process.stderr.write(`Waiting: another process is migrating ${place}, or has it locked.\n`);
  };

/** Tells somebody who sits there what is under way: a step may take long. */
export const saysStep = (verb: string) => (name: string) => {
  if (process.stderr.isTTY) process.stderr.write(`${verb} ${name}…\n`);
};
