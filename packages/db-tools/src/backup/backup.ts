import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Database, openExistingDatabase, type OpenOptions, requireCompleteCopy } from '@latchkey/db';
import type { BackupFormat } from './detect-backup-format.ts';
import { BackupError } from './backup-error.ts';
import { backupMysql } from './mysql-backup.ts';
import { writeNewFile } from './write-new-file.ts';
import { backupPostgresql } from './postgresql-backup.ts';
import { checkDump } from './read-dump.ts';
import { requireSameCounts, type RowCounts } from './row-counts.ts';
import { findProgram } from './server-tool.ts';
import { backupSqlite } from './sqlite-backup.ts';
import { writeDump } from './write-dump.ts';

export type BackupOptions = OpenOptions & {
  /** Write the portable format, even if the programs of the server are installed. */
  portable?: boolean;
  /** Replace an existing file. */
  replaces?: boolean;
  /** Called with the progress, in pages or rows, if the format reports it. */
  onProgress?: (done: number, total: number) => void;
};

export type Backup = {
  file: string;
  format: BackupFormat;
  bytes: number;
  /** The number of rows; null if the engine's program does not report it. */
  rows: number | null;
};

/**
 * Writes a consistent snapshot of a database to a file, without blocking writers. The file is verified before it gets its
 * name, and only its owner can read it.
 * @param url the URL of the database
 * @throws DatabaseError as `openDatabase` does
 * @throws BackupError `no_file`, `in_memory`, `same_database`, `interrupted_copy`, `file_exists`, `disk_full`, `no_access`, `damaged`, `tool_failed`
 */
export async function backupDatabase(
  url: string,
  file: string,
  options: BackupOptions = {},
): Promise<Backup> {
  const database = await openExistingDatabase(url, options);
  try {
    if (database.location === ':memory:') {
      throw new BackupError(
        'in_memory',
        'A database in memory cannot be backed up: it ends with its process.',
      );
    }
    refuseDatabaseFile(database.location, file);
    await requireCompleteCopy(database);
    const replaces = options.replaces ?? false;
    const { format, counts } = await writeNewFile(file, { replaces }, (path) =>
      writeBackup(database, url, path, options),
    );
    const rows = counts && [...counts.values()].reduce((sum, count) => sum + count, 0);
    return { file, format, bytes: (await stat(file)).size, rows };
  } finally {
    await database.close();
  }
}

/** Replacing a file of the database would make open connections write to a deleted file. */
function refuseDatabaseFile(location: string, file: string): void {
  const same = [location, `${location}-wal`, `${location}-shm`, `${location}-journal`].some((path) =>
    isSameFile(path, file),
  );
  if (!same) return;
  throw new BackupError(
    'same_database',
    `${file} is a file of the database itself. Choose another file for the backup.`,
  );
}

/** Follows links. */
function isSameFile(a: string, b: string): boolean {
  const [first, second] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}

async function writeBackup(
  database: Database,
  url: string,
  path: string,
  { portable = false, onProgress = () => undefined }: BackupOptions,
): Promise<{ format: BackupFormat; counts: RowCounts | null }> {
  if (!portable && database.engine === 'sqlite') {
    return { format: 'sqlite', counts: await backupSqlite(database.location, path, onProgress) };
  }
  const program = portable ? null : await findProgram(...programs[database.engine]);
  if (program !== null && database.engine === 'postgresql') {
    return { format: 'postgresql', counts: await backupPostgresql(database, url, path, program) };
  }
  if (program !== null && database.engine === 'mysql') {
    await backupMysql(database, url, path, program);
    return { format: 'mysql', counts: null };
  }
  const counts = await writeDump(database, path, onProgress);
  requireSameCounts(counts, await checkDump(path), path);
  return { format: 'portable', counts };
}

const programs = { sqlite: [], postgresql: ['pg_dump'], mysql: ['mariadb-dump', 'mysqldump'] };
