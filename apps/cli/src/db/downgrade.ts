import { downgrade } from '@latchkey/migrator';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { printLine } from '../command-line.ts';
import { withDatabase } from '../database-command.ts';
import {
  addMigrationOptions,
  withoutBusyTimeout,
  reportStep,
  reportWait,
  type DbOptions,
} from './migration-command.ts';

type DowngradeOptions = DbOptions & { resume?: boolean };

export function configure(command: Command): void {
  addMigrationOptions(command)
    .argument('[revision]', 'revision to keep as the last; -N to revert N migrations, base for all', '-1')
    .option('--resume', 'revert an interrupted migration')
    .action(async (to: string, { resume = false, ...options }: DowngradeOptions) => {
      if (to.startsWith('-') && !/^-[1-9]\d{0,3}$/.test(to)) {
        throw new CommandError(
          `downgrade: found ${to}; expected -N for N migrations, base for all, or a revision.`,
        );
      }
      await withDatabase(
        options,
        async (database) => {
          const reverted = await downgrade(database, to, {
            resume,
            onStep: reportStep('reverting'),
            onWait: reportWait(database),
          });
          for (const name of reverted) printLine(`reverted ${name}`);
          if (reverted.length === 0) printLine('There is no migration to revert.');
        },
        withoutBusyTimeout,
      );
    });
}
