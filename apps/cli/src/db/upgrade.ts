import { upgrade } from '@latchkey/db';
import type { Command } from 'commander';
import { say, withDatabase } from '../command.ts';
import { migrationCommand, saysAtOnce, saysStep, saysWait, type DbOptions } from './db-command.ts';

type UpgradeOptions = DbOptions & { resume?: boolean };

export function addUpgrade(program: Command): void {
  migrationCommand(program, 'upgrade', 'bring the schema up to date, or to a revision')
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
          for (const name of applied) say(`applied ${name}`);
          if (applied.length === 0) say('The schema is up to date.');
        },
        saysAtOnce,
      );
    });
}
