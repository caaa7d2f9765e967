import { ConfigError } from '@latchkey/config';
import { type Database, openDatabase, openExistingDatabase } from '@latchkey/db';
import { type CopiedTable, copyDatabase, type CopyOptions } from '@latchkey/db-tools';
import { requireUsable } from '@latchkey/migrator';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { printLine, printJson } from '../command-line.ts';
import { getDatabaseUrl } from '../database-command.ts';
import { showSteps } from './steps.ts';

type Options = { resume?: true; json?: true };

export function configure(command: Command): void {
  command
    .argument('<source>', 'sqlite:PATH, postgres://…, mysql://… or mariadb://…')
    .argument('<target>', 'URL of the same form; pending migrations are applied to it first')
    .option('--resume', 'continue an interrupted copy')
    .option('--json', 'print JSON')
    .action(async (sourceUrl: string, targetUrl: string, { resume, json }: Options) => {
      const [from, to] = [urlOf('source', sourceUrl), urlOf('target', targetUrl)];
      await closing(await openExistingDatabase(from), async (source) => {
        // Before the target is created, which would stay empty.
        await requireUsable(source);
        await closing(await openDatabase(to), async (target) => {
          const tables = await copy(source, target, resume ?? false);
          if (json) printJson({ source: source.location, target: target.location, tables });
          else for (const line of linesOf(tables, target)) printLine(line);
        });
      });
    });
}

async function copy(source: Database, target: Database, resume: boolean): Promise<CopiedTable[]> {
  const steps = showSteps();
  const onProgress: CopyOptions['onProgress'] = (what, done, total) => steps.to(what, done, total);
  return copyDatabase(source, target, { resume, onProgress }).finally(() => steps.end());
}

function linesOf(tables: readonly CopiedTable[], { location }: Database): string[] {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return [
    ...tables.map((table) => `${table.table.padEnd(24)} ${String(table.rows).padStart(10)}`),
    `Copied ${rows} rows to ${location}, and compared each row. To use that database, set DATABASE_URL.`,
  ];
}

/** @throws CommandError with the name of the argument, without its value, which may contain a password */
function urlOf(argument: string, url: string): string {
  try {
    if (url !== '') return getDatabaseUrl({ databaseUrl: url });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problem = error.problems.find(({ variable }) => variable === 'DATABASE_URL');
    if (!problem) throw error;
    throw new CommandError(`copy: the ${argument} is not a database URL; expected ${problem.expected}.`);
  }
  throw new CommandError(`copy: the ${argument} is empty; expected a database URL.`);
}

async function closing(database: Database, work: (database: Database) => Promise<void>): Promise<void> {
  try {
    await work(database);
  } finally {
    await database.close();
  }
}
