import { missingChanges } from '@latchkey/db';
import type { Command } from 'commander';
import { say, sayJson } from '../command.ts';
import { migrationCommand, migrationsFolderOf, type DbOptions } from './db-command.ts';

/** Twin of `flask db check`. */
export function addCheck(program: Command): void {
  migrationCommand(program, 'check', 'exit 1 when the entities and the migrations differ; needs no server')
    .option('--json', 'as JSON')
    .action(async (options: DbOptions) => {
      const missing = await missingChanges({ migrationsFolder: migrationsFolderOf(options) });
      if (options.json) sayJson({ agree: missing.length === 0, changes: missing });
      else if (missing.length === 0) say('The entities and the migrations agree.');
      else {
        for (const { kind, what } of missing) say(`${kind} ${what}`);
        say('The migrations do not lead to the entities as they are. Run: pnpm db migrate -m "…"');
      }
      if (missing.length > 0) process.exitCode = 1;
    });
}
