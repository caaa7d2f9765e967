import { checkMigrations, type MigrationCheck } from '@latchkey/migrator';
import type { Command } from 'commander';
import { printLine, printJson } from '../command-line.ts';
import { addMigrationOptions, getMigrationsFolder, type DbOptions } from './migration-command.ts';

/** Equivalent of `flask db check`. */
export function configure(command: Command): void {
  addMigrationOptions(command)
    .option('--json', 'print JSON')
    .action(async (options: DbOptions) => {
      const check = await checkMigrations({ migrationsFolder: getMigrationsFolder(options) });
      const changes = [...check.missing, ...check.drift];
      if (options.json) printJson({ agree: changes.length === 0, changes });
      else for (const line of linesOf(check)) printLine(line);
      if (changes.length > 0) process.exitCode = 1;
    });
}

function linesOf({ missing, drift }: MigrationCheck): string[] {
  if (missing.length > 0) {
    return [
      ...missing.map(({ kind, what }) => `${kind} ${what}`),
      'The entities differ from the migrations. Run: pnpm db migrate -m "…"',
    ];
  }
  if (drift.length === 0) return ['The entities and the migrations match.'];
  return [
    ...drift.map(({ kind, what }) => `${what} is not ${kind} by any migration`),
    'Applied to an empty SQLite database, the migrations do not create the schema of the entities: a migration was edited or deleted. ' +
      'Restore it, or write the missing change by hand: pnpm db migrate --empty -m "…"',
  ];
}
