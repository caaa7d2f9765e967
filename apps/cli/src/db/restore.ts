import { restoreDatabase, type Restored } from '@latchkey/db';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { writeLine, writeJson } from '../command-line.ts';
import { addDatabaseOption, databaseUrlOf } from '../database-command.ts';
import { askToGoOn, isAttended } from '../terminal.ts';
import type { DbOptions } from './migration-command.ts';

type RestoreOptions = DbOptions & { yes?: true };

export function configure(command: Command): void {
  addDatabaseOption(command)
    .argument('<file>', 'made by backup, or by the means of the engine')
    .option('-y, --yes', 'without asking')
    .option('--json', 'answer as JSON')
    .action(async (file: string, options: RestoreOptions) => {
      const url = databaseUrlOf(options);
      await requireConsent(file, options);
      const restored = await restoreDatabase(url, file);
      if (options.json) writeJson({ file, ...restored });
      else for (const line of linesOf(file, restored)) writeLine(line);
    });
}

async function requireConsent(file: string, { yes }: RestoreOptions): Promise<void> {
  if (yes) return;
  if (!isAttended()) {
    throw new CommandError(
      'Nothing was restored: there is no terminal to ask at. To do it without asking: --yes',
    );
  }
  const question = `Put ${file} in the place of the database? What is in it now is kept under another name.`;
  if (!(await askToGoOn(question))) throw new CommandError('Nothing was restored.');
}

function linesOf(file: string, { revision, isCurrent, previous }: Restored): string[] {
  return [
    `Restored ${file}, at ${revision}.`,
    ...(previous === null
      ? []
      : [`What was there before is kept as ${previous}. Delete it when it is not needed.`]),
    ...(isCurrent ? [] : ['It is older than this version of the application. Run: pnpm db upgrade']),
  ];
}
