import { downgrade } from '@latchkey/db';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { writeLine } from '../command-line.ts';
import { withDatabase } from '../database-command.ts';
import { addMigrationOptions, saysAtOnce, saysStep, saysWait, type DbOptions } from './migration-command.ts';

type DowngradeOptions = DbOptions & { resume?: boolean };

export function configure(command: Command): void {
  addMigrationOptions(command)
    .argument('[revision]', 'the one that is to be the last; -N for N migrations, base for all', '-1')
    .option('--resume', 'take back what an interrupted migration did')
    .allowUnknownOption() // -2 is a number here, and no option.
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
            onStep: saysStep('taking back'),
            onWait: saysWait(database),
          });
          for (const name of reverted) writeLine(`took back ${name}`);
          if (reverted.length === 0) writeLine('There is no migration to take back.');
        },
        saysAtOnce,
      );
    });
}
