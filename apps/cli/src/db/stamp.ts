import { stamp } from '@latchkey/db';
import type { Command } from 'commander';
import { writeLine } from '../command-line.ts';
import { withDatabase } from '../database-command.ts';
import { addMigrationOptions, type DbOptions } from './migration-command.ts';

/** Twin of `flask db stamp`. */
export function configure(command: Command): void {
  addMigrationOptions(command)
    .argument('<revision>', 'any beginning of its name; head, or base for none')
    .option('--purge', 'forget as well what only a newer version knows, and that a migration was interrupted')
    .action(async (revision: string, { purge = false, ...options }: DbOptions & { purge?: boolean }) => {
      await withDatabase(options, async (database) => {
        const { names } = await stamp(database, revision, { purge });
        writeLine(names.length === 0 ? 'No migration counts as having run.' : `at ${names.at(-1) ?? ''}`);
      });
    });
}
