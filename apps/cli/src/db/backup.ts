import { type Backup, backupDatabase, formatBytes } from '@latchkey/db-tools';
import type { Command } from 'commander';
import { printLine, printJson } from '../command-line.ts';
import { addDatabaseOption, getDatabaseUrl } from '../database-command.ts';
import type { DbOptions } from './migration-command.ts';
import { showSteps } from './steps.ts';

type BackupOptions = DbOptions & { portable?: true; force?: true };

export function configure(command: Command): void {
  addDatabaseOption(command)
    .argument('<file>', 'file to create')
    .option('--portable', 'use a format that can be restored to every engine')
    .option('--force', 'replace an existing file')
    .option('--json', 'print JSON')
    .action(async (file: string, options: BackupOptions) => {
      const steps = showSteps();
      const backup = await backupDatabase(getDatabaseUrl(options), file, {
        portable: options.portable ?? false,
        replaces: options.force ?? false,
        onProgress: (done, total) => steps.to('backup', done, total),
      }).finally(() => steps.end());
      if (options.json) printJson(backup);
      else printLine(sentence(backup));
    });
}

function sentence({ file, format, bytes, rows }: Backup): string {
  const size = formatBytes(bytes);
  const what = rows === null ? size : `${rows} rows, ${size}`;
  return `Wrote ${file} (${what}, ${formats[format]}) and verified it.`;
}

const formats: Record<Backup['format'], string> = {
  sqlite: 'SQLite database',
  postgresql: 'pg_dump archive',
  mysql: 'SQL of mariadb-dump or mysqldump',
  portable: 'portable format',
};
