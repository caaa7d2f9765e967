import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Database, type OpenOptions, requireCompleteCopy } from '@latchkey/db';
import type { BackupFormat } from './backup-format.ts';
import { openExisting } from './existing-database.ts';
import { BackupError } from './backup-error.ts';
import { backupMysql } from './mysql-backup.ts';
import { writeNewFile } from './new-file.ts';
import { checkDump, writeDump } from './portable-dump.ts';
import { backupPostgresql } from './postgresql-backup.ts';
import { findProgram } from './server-tool.ts';
import { backupSqlite, requireSame, type RowCounts } from './sqlite-backup.ts';

export type BackupOptions = OpenOptions & {
  /** In the form that every engine can be filled from, whatever is installed. */
  portable?: boolean;
  /** Takes the place of a file that is there. */
  replaces?: boolean;
  /** Told how far it has come, where that is known. */
  onProgress?: (done: number, total: number) => void;
};

export type Backup = {
  file: string;
  format: BackupFormat;
  bytes: number;
  /** How many rows are in it; null where the engine's own program does not tell. */
  rows: number | null;
};

/**
 * Writes everything to a file, as it is at one moment, while others go on writing. The file is looked through before it
 * gets its name, and is its owner's alone.
 * @param url the database's
 * @throws DatabaseError as `openDatabase` does
 * @throws BackupError `no_file`, `in_memory`, `same_database`, `interrupted_copy`, `file_exists`, `disk_full`, `no_access`, `damaged`, `tool_failed`
 */
export async function backupDatabase(
  url: string,
  file: string,
  options: BackupOptions = {},
): Promise<Backup> {
  const database = await openExisting(url, options);
  try {
    if (database.location === ':memory:') {
      throw new BackupError(
        'in_memory',
        'A database in memory ends with its process: it cannot be backed up.',
      );
    }
    refuseItself(database.location, file);
    await requireCompleteCopy(database);
    const replaces = options.replaces ?? false;
    const { format, counts } = await writeNewFile(file, { replaces }, (path) =>
      writeBackup(database, url, path, options),
    );
    const rows = counts && [...counts.values()].reduce((sum, some) => sum + some, 0);
    return { file, format, bytes: (await stat(file)).size, rows };
  } finally {
    await database.close();
  }
}

/** Who has the database open would go on writing to a file that has no name any more. */
function refuseItself(location: string, file: string): void {
  const same = [location, `${location}-wal`, `${location}-shm`, `${location}-journal`].some((path) =>
    isSameFile(path, file),
  );
  if (!same) return;
  throw new BackupError(
    'same_database',
    `${file} is the database itself, or a part of it. Name another file for the backup.`,
  );
}

/** By what the names lead to, which may be links. */
function isSameFile(one: string, other: string): boolean {
  const [first, second] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
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
  requireSame(counts, await checkDump(path), path);
  return { format: 'portable', counts };
}

const programs = { sqlite: [], postgresql: ['pg_dump'], mysql: ['mariadb-dump', 'mysqldump'] };
