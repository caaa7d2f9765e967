import { mergeRevisions } from '@latchkey/db';
import type { Command } from 'commander';
import { writeLine } from '../command-line.ts';
import { addMigrationOptions, migrationsFolderOf, type DbOptions } from './migration-command.ts';

/** Twin of `flask db merge heads`. */
export function configure(command: Command): void {
  addMigrationOptions(command)
    .option('-m, --message <text>', 'what it is for; the file is called so')
    .action(async ({ message, ...options }: DbOptions & { message?: string }) => {
      const folders = { migrationsFolder: migrationsFolderOf(options) };
      const { name, heads } = await mergeRevisions(folders, { message });
      writeLine(`wrote ${name}, which builds on ${heads.join(' and ')}`);
      writeLine('Now run: pnpm db upgrade');
    });
}
