import { mergeRevisions } from '@latchkey/db';
import type { Command } from 'commander';
import { say } from '../command.ts';
import { migrationCommand, migrationsFolderOf, type DbOptions } from './db-command.ts';

/** Twin of `flask db merge heads`. */
export function addMerge(program: Command): void {
  migrationCommand(program, 'merge', 'bring two ends of the migrations together; needs no server')
    .option('-m, --message <text>', 'what it is for; the file is called so')
    .action(async ({ message, ...options }: DbOptions & { message?: string }) => {
      const folders = { migrationsFolder: migrationsFolderOf(options) };
      const { name, heads } = await mergeRevisions(folders, { message });
      say(`wrote ${name}, which builds on ${heads.join(' and ')}`);
      say('Now run: pnpm db upgrade');
    });
}
