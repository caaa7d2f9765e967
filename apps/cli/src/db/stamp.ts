import { stamp } from '@latchkey/migrator';
import type { Command } from 'commander';
import { printLine } from '../command-line.ts';
import { withDatabase } from '../database-command.ts';
import { addMigrationOptions, type DbOptions } from './migration-command.ts';

/** Equivalent of `flask db stamp`. */
export function configure(command: Command): void {
  addMigrationOptions(command)
    .argument('<revision>', 'prefix of its name; head; base for none')
    .option(
      '--purge',
      'also remove revisions that are unknown to this version, and the mark of an interrupted migration',
    )
    .action(async (revision: string, { purge = false, ...options }: DbOptions & { purge?: boolean }) => {
      await withDatabase(options, async (database) => {
        const { names } = await stamp(database, revision, { purge });
        printLine(names.length === 0 ? 'No migration is marked as applied.' : `at ${names.at(-1) ?? ''}`);
      });
    });
}
