import { downgrade } from '@latchkey/db';
import type { Command } from 'commander';
import { CommandError, say, withDatabase } from '../command.ts';
import { migrationCommand, saysAtOnce, saysStep, saysWait, type DbOptions } from './db-command.ts';

type DowngradeOptions = DbOptions & { resume?: boolean };

export function addDowngrade(program: Command): void {
  migrationCommand(program, 'downgrade', 'take back the last migration, or more')
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
          for (const name of reverted) say(`took back ${name}`);
          if (reverted.length === 0) say('There is no migration to take back.');
        },
        saysAtOnce,
      );
    });
}
