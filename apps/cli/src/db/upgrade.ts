import { upgrade } from '@latchkey/migrator';
import type { Command } from 'commander';
import { printLine } from '../command-line.ts';
import { withDatabaseToCreate } from '../database-command.ts';
import {
  addMigrationOptions,
  withoutBusyTimeout,
  reportStep,
  reportWait,
  type DbOptions,
} from './migration-command.ts';

type UpgradeOptions = DbOptions & { resume?: boolean };

export function configure(command: Command): void {
  addMigrationOptions(command)
    .argument('[revision]', 'prefix of its name; +N for the next N; head for all', 'head')
    .option('--resume', 'continue an interrupted migration')
    .action(async (to: string, { resume = false, ...options }: UpgradeOptions) => {
      await withDatabaseToCreate(
        options,
        async (database) => {
          const applied = await upgrade(database, {
            to,
            resume,
            onStep: reportStep('applying'),
            onWait: reportWait(database),
          });
          for (const name of applied) printLine(`applied ${name}`);
          if (applied.length === 0) printLine('The schema is up to date.');
        },
        withoutBusyTimeout,
      );
    });
}
