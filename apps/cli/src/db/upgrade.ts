import { upgrade } from '@latchkey/db';
import type { Command } from 'commander';
import { writeLine } from '../command-line.ts';
import { withDatabase } from '../database-command.ts';
import { addMigrationOptions, saysAtOnce, saysStep, saysWait, type DbOptions } from './migration-command.ts';

type UpgradeOptions = DbOptions & { resume?: boolean };

export function configure(command: Command): void {
  addMigrationOptions(command)
    .argument('[revision]', 'any beginning of its name; +N for the next N; head for all', 'head')
    .option('--resume', 'go on where a migration was interrupted')
    .action(async (to: string, { resume = false, ...options }: UpgradeOptions) => {
      await withDatabase(
        options,
        async (database) => {
          const applied = await upgrade(database, {
            to,
            resume,
            onStep: saysStep('applying'),
            onWait: saysWait(database),
          });
          for (const name of applied) writeLine(`applied ${name}`);
          if (applied.length === 0) writeLine('The schema is up to date.');
        },
        saysAtOnce,
      );
    });
}
