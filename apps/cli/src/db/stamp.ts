import { stamp } from '@latchkey/db';
import type { Command } from 'commander';
import { say, withDatabase } from '../command.ts';
import { migrationCommand, type DbOptions } from './db-command.ts';

/** Twin of `flask db stamp`. */
export function addStamp(program: Command): void {
  migrationCommand(
    program,
    'stamp',
    'note that the schema is at a revision, and change nothing of it; files that were edited count as they are',
  )
    .argument('<revision>', 'any beginning of its name; head, or base for none')
    .option('--purge', 'forget as well what only a newer version knows, and that a migration was interrupted')
    .action(async (revision: string, { purge = false, ...options }: DbOptions & { purge?: boolean }) => {
      await withDatabase(options, async (database) => {
        const { names } = await stamp(database, revision, { purge });
        say(names.length === 0 ? 'No migration counts as having run.' : `at ${names.at(-1) ?? ''}`);
      });
    });
}
