import { mergeRevisions } from '@latchkey/migrator';
import type { Command } from 'commander';
import { printLine } from '../command-line.ts';
import { addMigrationOptions, getMigrationsFolder, type DbOptions } from './migration-command.ts';

/** Equivalent of `flask db merge heads`. */
export function configure(command: Command): void {
  addMigrationOptions(command)
    .option('-m, --message <text>', 'what the migration does; part of the file name')
    .action(async ({ message, ...options }: DbOptions & { message?: string }) => {
      const folders = { migrationsFolder: getMigrationsFolder(options) };
      const { name, heads } = await mergeRevisions(folders, { message });
      printLine(`wrote ${name}, which builds on ${heads.join(' and ')}`);
      printLine('Now run: pnpm db upgrade');
    });
}
