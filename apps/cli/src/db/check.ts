import { checkMigrations, type MigrationCheck } from '@latchkey/db';
import type { Command } from 'commander';
import { writeLine, writeJson } from '../command-line.ts';
import { addMigrationOptions, migrationsFolderOf, type DbOptions } from './migration-command.ts';

/** Twin of `flask db check`. */
export function configure(command: Command): void {
  addMigrationOptions(command)
    .option('--json', 'as JSON')
    .action(async (options: DbOptions) => {
      const check = await checkMigrations({ migrationsFolder: migrationsFolderOf(options) });
      const changes = [...check.missing, ...check.astray];
      if (options.json) writeJson({ agree: changes.length === 0, changes });
      else for (const line of linesOf(check)) writeLine(line);
      if (changes.length > 0) process.exitCode = 1;
    });
}

function linesOf({ missing, astray }: MigrationCheck): string[] {
  if (missing.length > 0) {
    return [
      ...missing.map(({ kind, what }) => `${kind} ${what}`),
      'The migrations do not lead to the entities as they are. Run: pnpm db migrate -m "…"',
    ];
  }
  if (astray.length === 0) return ['The entities and the migrations agree.'];
  return [
    ...astray.map(({ kind, what }) => `${what} would have to be ${kind}`),
    'Run on an empty SQLite database, the migrations lead to something else than the entities: one of them was edited, or is gone. ' +
      'Put it back; or write by hand what is missing: pnpm db migrate --empty -m "…"',
  ];
}
