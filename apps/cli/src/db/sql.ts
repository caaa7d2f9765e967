import { sqlScript } from '@latchkey/db';
import type { Command } from 'commander';
import { engineOf, migrationCommand, migrationsFolderOf, type DbOptions } from './db-command.ts';

/** Twin of `flask db upgrade --sql` and `flask db downgrade --sql`. */
export function addSql(program: Command): void {
  migrationCommand(program, 'sql', 'print what upgrade would run, and run nothing; needs no server')
    .argument(
      '[range]',
      'A:B for what leads from A to B, and back where A is the later one; all, when left out',
      '',
    )
    .action(async (range: string, options: DbOptions) => {
      const script = await sqlScript(engineOf(options), {
        migrationsFolder: migrationsFolderOf(options),
        range,
      });
      process.stdout.write(script);
    });
}
