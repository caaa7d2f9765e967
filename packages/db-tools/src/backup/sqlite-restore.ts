import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import Sqlite from 'better-sqlite3';
import { findStagingFiles, removeFiles, sidecarSuffixes, stagingFile } from '@latchkey/db/connection';
import { toBackupError, BackupError } from './backup-error.ts';
import { syncToDisk } from './write-new-file.ts';
import { timestampForName, type RestoreResult, type RestoreJob } from './restore-job.ts';
import { checkSqliteFile } from './sqlite-backup.ts';

/** Loads the backup into a staging file in the same folder, inspects it, and renames both files. */
export async function restoreSqlite(
  { file, format, fill, inspect }: RestoreJob,
  path: string,
): Promise<RestoreResult> {
  if (path === ':memory:') {
    throw new BackupError(
      'in_memory',
      'A backup cannot be restored to a database in memory: it ends with its process.',
    );
  }
  const location = resolve(path);
  if (resolve(file) === location) {
    throw new BackupError('same_database', `${file} is the database itself: there is nothing to restore.`);
  }
  const staging = stagingFile(location);
  const lock = existsSync(location) ? lockDatabase(location) : null;
  try {
    // With the lock, no other restore is running.
    if (lock) removeFiles(findStagingFiles(location));
    closeSync(openSync(staging, 'wx', ownerOnly));
    if (format === 'portable') await fill(`sqlite:${staging}`);
    else copyBackup(file, staging);
    check(file, staging);
    const schema = await inspect(`sqlite:${staging}`);
    check(file, staging);
    syncToDisk(staging);
    const previous = lock ? `${location}.before-restore-${timestampForName()}` : null;
    swap(location, staging, { previous, isSingleFile: lock?.isSingleFile ?? true });
    return { format, ...schema, previous };
  } finally {
    lock?.release();
    removeFiles([staging]);
  }
}

/** @throws BackupError `damaged`, with the name of the backup instead of the staging file */
function check(file: string, staging: string): void {
  try {
    checkSqliteFile(staging);
  } catch (error) {
    const found = toBackupError(error, file);
    if (!(found instanceof BackupError) || found.reason !== 'damaged') throw found;
    const [, detail = ''] = /\((.*)\)/s.exec(found.message) ?? [];
    throw new BackupError(
      'damaged',
      `${file} is damaged (${detail}). Nothing was changed. Restore another backup.`,
      { cause: error },
    );
  }
}

/** The mode of a file that only its owner may read and write. */
const ownerOnly = 0o600;

function copyBackup(file: string, staging: string): void {
  copyForOwner(file, staging);
  // A backup may be a copy of a database in use, with the last writes in its write-ahead log.
  if (existsSync(`${file}-wal`)) copyForOwner(`${file}-wal`, `${staging}-wal`);
}

/** A copy has the mode of its source, which other users may be able to read. */
function copyForOwner(from: string, to: string): void {
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  chmodSync(to, ownerOnly);
}

/**
 * Locks a database exclusively. Leaving WAL mode succeeds only if no other process has the database open, and merges
 * everything into one file. This is not possible if the database is damaged, which no process can use then.
 * @throws BackupError `in_use`
 */
function lockDatabase(location: string): { isSingleFile: boolean; release(): void } {
  const sqlite = new Sqlite(location, { fileMustExist: true, timeout: 1000 });
  let isSingleFile = true;
  try {
    sqlite.pragma('locking_mode = exclusive');
    sqlite.pragma('journal_mode = delete');
    sqlite.exec('begin exclusive');
  } catch (error) {
    const explanation = toBackupError(error, location);
    if (!(explanation instanceof BackupError) || explanation.reason !== 'damaged') {
      sqlite.close();
      throw explanation instanceof BackupError && explanation.reason === 'in_use' ? inUse(location) : error;
    }
    isSingleFile = false;
  }
  return {
    isSingleFile,
    release() {
      if (sqlite.inTransaction) sqlite.exec('rollback');
      sqlite.close();
    },
  };
}

const inUse = (location: string) =>
  new BackupError(
    'in_use',
    `${location} is open in another process, whose writes would be lost. Nothing was changed. ` +
      'Stop the application, and restore again.',
  );

/**
 * Renames both files. A database with the name exists at every moment.
 * @param isSingleFile whether the old database is one file; its sidecar files belong to the lock then
 */
function swap(
  location: string,
  staging: string,
  { previous, isSingleFile }: { previous: string | null; isSingleFile: boolean },
): void {
  if (previous !== null) {
    for (const ending of sidecarSuffixes) {
      if (isSingleFile) rmSync(location + ending, { force: true });
      else if (existsSync(location + ending)) renameSync(location + ending, previous + ending);
    }
    try {
      linkSync(location, previous);
    } catch {
      // Some file systems do not support hard links.
      renameSync(location, previous);
    }
  }
  renameSync(staging, location);
  syncToDisk(dirname(location));
}
