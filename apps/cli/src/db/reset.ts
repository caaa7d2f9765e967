import { readConfig } from '@latchkey/config';
import { openExistingDatabase } from '@latchkey/db';
import { resetDatabase, tablesToDrop, type TableToDrop } from '@latchkey/db-tools';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { printLine } from '../command-line.ts';
import { addDatabaseOption, getDatabaseUrl } from '../database-command.ts';
import { confirm, isInteractive } from '../terminal.ts';
import type { DbOptions } from './migration-command.ts';

type ResetOptions = DbOptions & { yes?: true };

export function configure(command: Command): void {
  addDatabaseOption(command)
    .option('-y, --yes', 'do not ask for confirmation')
    .action(async (options: ResetOptions) => {
      const database = await openExistingDatabase(getDatabaseUrl(options));
      try {
        const tables = await tablesToDrop(database);
        for (const line of linesOf(tables, database.location)) printLine(line);
        await requireConsent(options);
        await resetDatabase(database);
        printLine('Dropped all tables, and created them again.');
      } finally {
        await database.close();
      }
    });
}

/** In production only `--yes` counts: a prompt is confirmed too easily. */
async function requireConsent({ yes }: ResetOptions): Promise<void> {
  if (yes) return;
  const isProduction = readConfig(process.env).production;
  if (isProduction || !isInteractive()) {
    const why = isProduction ? 'this is production' : 'there is no terminal to confirm it';
    throw new CommandError(`Nothing was dropped: ${why}. To drop all tables: pnpm db reset --yes`);
  }
  if (!(await confirm('Drop all of these tables?'))) throw new CommandError('Nothing was dropped.');
}

function linesOf(tables: readonly TableToDrop[], location: string): string[] {
  if (tables.length === 0) return [`${location} has no tables of the application.`];
  return [
    `Tables to drop from ${location}:`,
    ...tables.map(({ table, rows }) => `  ${table.padEnd(24)} ${String(rows).padStart(10)} rows`),
  ];
}
