import { openExistingDatabase } from '@latchkey/db';
import { type Examination, examine, type Finding, formatBytes } from '@latchkey/db-tools';
import type { Command } from 'commander';
import { printLine, printJson } from '../command-line.ts';
import { addDatabaseOption, getDatabaseUrl } from '../database-command.ts';
import type { DbOptions } from './migration-command.ts';

export function configure(command: Command): void {
  addDatabaseOption(command)
    .option('--json', 'print JSON')
    .action(async (options: DbOptions) => {
      const database = await openExistingDatabase(getDatabaseUrl(options), { readOnly: true });
      const examination = await examine(database).finally(() => database.close());
      if (options.json) printJson(examination);
      else for (const line of linesOf(examination)) printLine(line);
      if (!examination.isHealthy) process.exitCode = 1;
    });
}

function linesOf({ version, location, findings, tables, isHealthy }: Examination): string[] {
  return [
    `${version}, ${location}`,
    '',
    ...findings.flatMap(formatFinding),
    '',
    ...tables.map(
      ({ table, rows, bytes }) =>
        `${table.padEnd(32)} ${String(rows).padStart(10)} rows  ${bytes === null ? '' : formatBytes(bytes).padStart(9)}`,
    ),
    '',
    isHealthy ? 'No problems found.' : 'Problems found: see the lines marked WRONG.',
  ];
}

function formatFinding({ check, level, found, todo }: Finding): string[] {
  return [
    `${marks[level]} ${check.padEnd(40)} ${found}`,
    ...(todo === null ? [] : [`${' '.repeat(marks[level].length)}   ${todo}`]),
  ];
}

const marks: Record<Finding['level'], string> = { fine: 'ok   ', note: 'note ', wrong: 'WRONG' };
