import type { Command } from 'commander';
import { onDatabase, type DatabaseOptions } from '../command.ts';

export type DbOptions = DatabaseOptions & { json?: true };

/** A command of `pnpm db`: each works on a database. */
export function dbCommand(program: Command, name: string, description: string): Command {
  return onDatabase(program.command(name).description(description));
}
