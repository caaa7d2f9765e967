import { readConfig } from '@latchkey/config';
import { openExisting, resetDatabase, tablesToGo, type TableToGo } from '@latchkey/db';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { writeLine } from '../command-line.ts';
import { addDatabaseOption, databaseUrlOf } from '../database-command.ts';
import { askToGoOn, isAttended } from '../terminal.ts';
import type { DbOptions } from './migration-command.ts';

type ResetOptions = DbOptions & { yes?: true };

export function configure(command: Command): void {
  addDatabaseOption(command)
    .option('-y, --yes', 'without asking')
    .action(async (options: ResetOptions) => {
      const database = await openExisting(databaseUrlOf(options));
      try {
        const tables = await tablesToGo(database);
        for (const line of linesOf(tables, database.place)) writeLine(line);
        await requireConsent(options);
        await resetDatabase(database);
        writeLine('Everything was dropped, and the tables are new and empty.');
      } finally {
        await database.close();
      }
    });
}

/** In production a hand that slips has to have written it out. */
async function requireConsent({ yes }: ResetOptions): Promise<void> {
  if (yes) return;
  const isProduction = readConfig(process.env).production;
  if (isProduction || !isAttended()) {
    const why = isProduction ? 'this is production' : 'there is no terminal to ask at';
    throw new CommandError(`Nothing was dropped: ${why}. To drop all of this: pnpm db reset --yes`);
  }
  if (!(await askToGoOn('Drop all of this?'))) throw new CommandError('Nothing was dropped.');
}

function linesOf(tables: readonly TableToGo[], place: string): string[] {
  if (tables.length === 0) return [`${place} has no table of the application.`];
  return [
    `This goes from ${place}:`,
    ...tables.map(({ table, rows }) => `  ${table.padEnd(24)} ${String(rows).padStart(10)} rows`),
  ];
}
