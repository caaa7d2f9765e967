import { ConfigError } from '@latchkey/config';
import {
  copyDatabase,
  openDatabase,
  openExisting,
  requireUsable,
  type CopiedTable,
  type CopyOptions,
  type Database,
} from '@latchkey/db';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { writeLine, writeJson } from '../command-line.ts';
import { databaseUrlOf } from '../database-command.ts';
import { showSteps } from './steps.ts';

type Options = { resume?: true; json?: true };

export function configure(command: Command): void {
  command
    .argument('<source>', 'sqlite:PATH, postgres://…, mysql://… or mariadb://…')
    .argument('<target>', 'the same; its schema is brought up to date first')
    .option('--resume', 'go on with a copy that was interrupted')
    .option('--json', 'print JSON')
    .action(async (sourceUrl: string, targetUrl: string, { resume, json }: Options) => {
      const [from, to] = [urlOf('source', sourceUrl), urlOf('target', targetUrl)];
      await closing(await openExisting(from), async (source) => {
        // Before a target is made that would stay empty.
        await requireUsable(source);
        await closing(await openDatabase(to), async (target) => {
          const tables = await copy(source, target, resume ?? false);
          if (json) writeJson({ source: source.place, target: target.place, tables });
          else for (const line of linesOf(tables, target)) writeLine(line);
        });
      });
    });
}

async function copy(source: Database, target: Database, resume: boolean): Promise<CopiedTable[]> {
  const steps = showSteps();
  const onProgress: CopyOptions['onProgress'] = (what, done, total) => steps.to(what, done, total);
  return copyDatabase(source, target, { resume, onProgress }).finally(() => steps.end());
}

function linesOf(tables: readonly CopiedTable[], { place }: Database): string[] {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return [
    ...tables.map((table) => `${table.table.padEnd(24)} ${String(table.rows).padStart(10)}`),
    `Copied ${rows} rows to ${place}, and compared each of them. To use it, set DATABASE_URL.`,
  ];
}

/** @throws CommandError which names the argument, and not the value: it may hold a password */
function urlOf(argument: string, url: string): string {
  try {
    if (url !== '') return databaseUrlOf({ databaseUrl: url });
  } catch (error) {
    const isAboutUrl =
      error instanceof ConfigError && error.problems.some(({ variable }) => variable === 'DATABASE_URL');
    if (!isAboutUrl) throw error;
  }
  throw new CommandError(
    `copy: the ${argument} is no address of a database; expected sqlite:PATH, postgres://…, mysql://… or mariadb://….`,
  );
}

async function closing(database: Database, work: (database: Database) => Promise<void>): Promise<void> {
  try {
    await work(database);
  } finally {
    await database.close();
  }
}
