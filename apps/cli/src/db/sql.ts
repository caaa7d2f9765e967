import { sqlScript } from '@latchkey/migrator';
import type { Command } from 'commander';
import { engineOf, addMigrationOptions, getMigrationsFolder, type DbOptions } from './migration-command.ts';

/** Equivalent of `flask db upgrade --sql` and `flask db downgrade --sql`. */
export function configure(command: Command): void {
  addMigrationOptions(command)
    .argument(
      '[range]',
      'A:B for the migrations from A to B, reverted if A is the later one; default: all',
      '',
    )
    .action(async (range: string, options: DbOptions) => {
      const script = await sqlScript(engineOf(options), {
        migrationsFolder: getMigrationsFolder(options),
        range,
      });
      process.stdout.write(script);
    });
}
