import { type RestoreResult, restoreDatabase } from '@latchkey/db-tools';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { printLine, printJson } from '../command-line.ts';
import { addDatabaseOption, getDatabaseUrl } from '../database-command.ts';
import { confirm, isInteractive } from '../terminal.ts';
import type { DbOptions } from './migration-command.ts';

type RestoreOptions = DbOptions & { yes?: true };

export function configure(command: Command): void {
  addDatabaseOption(command)
    .argument('<file>', 'written by pnpm db backup, or by a tool of the engine')
    .option('-y, --yes', 'do not ask for confirmation')
    .option('--json', 'print JSON')
    .action(async (file: string, options: RestoreOptions) => {
      const url = getDatabaseUrl(options);
      await requireConsent(file, options);
      const restored = await restoreDatabase(url, file);
      if (options.json) printJson({ file, ...restored });
      else for (const line of linesOf(file, restored)) printLine(line);
    });
}

async function requireConsent(file: string, { yes }: RestoreOptions): Promise<void> {
  if (yes) return;
  if (!isInteractive()) {
    throw new CommandError(
      'Nothing was restored: there is no terminal to confirm it. To restore without confirmation: --yes',
    );
  }
  const question = `Replace the database by ${file}? The current database is kept under another name.`;
  if (!(await confirm(question))) throw new CommandError('Nothing was restored.');
}

function linesOf(file: string, { revision, isCurrent, previous }: RestoreResult): string[] {
  return [
    `Restored ${file}, at ${revision}.`,
    ...(previous === null
      ? []
      : [`The previous database is kept as ${previous}. Delete it when it is no longer needed.`]),
    ...(isCurrent ? [] : ['The backup is older than this version of the application. Run: pnpm db upgrade']),
  ];
}
