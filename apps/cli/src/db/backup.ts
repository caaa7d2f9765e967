import { backupDatabase, type Backup } from '@latchkey/db';
import type { Command } from 'commander';
import { writeLine, writeJson } from '../command-line.ts';
import { addDatabaseOption, databaseUrlOf } from '../database-command.ts';
import type { DbOptions } from './migration-command.ts';
import { showSteps } from './steps.ts';

type BackupOptions = DbOptions & { portable?: true; force?: true };

export function configure(command: Command): void {
  addDatabaseOption(command)
    .argument('<file>', 'a new one')
    .option('--portable', 'in a form that every engine can be restored from')
    .option('--force', 'replace a file that is there')
    .option('--json', 'answer as JSON')
    .action(async (file: string, options: BackupOptions) => {
      const steps = showSteps();
      const backup = await backupDatabase(databaseUrlOf(options), file, {
        portable: options.portable ?? false,
        replaces: options.force ?? false,
        onProgress: (done, total) => steps.to('backup', done, total),
      }).finally(() => steps.end());
      if (options.json) writeJson(backup);
      else writeLine(sentence(backup));
    });
}

function sentence({ file, format, bytes, rows }: Backup): string {
  const size = `${(bytes / 1_000_000).toFixed(1)} MB`;
  const what = rows === null ? size : `${rows} rows, ${size}`;
  return `Wrote ${file}: ${what}, ${formats[format]}, and read it again to its end.`;
}

const formats: Record<Backup['format'], string> = {
  sqlite: 'a SQLite database',
  postgresql: 'made by pg_dump',
  mysql: 'SQL of mariadb-dump or mysqldump',
  portable: 'for any engine',
};
