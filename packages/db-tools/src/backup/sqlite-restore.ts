import { randomBytes } from 'node:crypto';
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
import { backupError, BackupError } from './backup-error.ts';
import { sync } from './new-file.ts';
import { stamp, type Restored, type Restoring } from './restoring.ts';
import { checkSqliteFile } from './sqlite-backup.ts';

/** Reads the backup into a file beside the database, looks at it, and lets the two change their names. */
export async function restoreSqlite(
  { file, format, fill, inspect }: Restoring,
  path: string,
): Promise<Restored> {
  if (path === ':memory:') {
    throw new BackupError(
      'in_memory',
      'A database in memory ends with its process: nothing can be restored to it.',
    );
  }
  const location = resolve(path);
  if (resolve(file) === location) {
    throw new BackupError('same_database', `${file} is the database itself: there is nothing to restore.`);
  }
  const beside = `${location}.restoring-${randomBytes(4).toString('hex')}`;
  const lock = existsSync(location) ? lockWhole(location) : null;
  try {
    closeSync(openSync(beside, 'wx', ownersAlone));
    if (format === 'portable') await fill(`sqlite:${beside}`);
    else copyBackup(file, beside);
    check(file, beside);
    const standing = await inspect(`sqlite:${beside}`);
    check(file, beside);
    sync(beside);
    const previous = lock ? `${location}.before-restore-${stamp()}` : null;
    swap(location, beside, { previous, isWhole: lock?.isWhole ?? true });
    return { format, ...standing, previous };
  } finally {
    lock?.release();
    for (const ending of ['', ...besides]) rmSync(beside + ending, { force: true });
  }
}

/** @throws BackupError `damaged` where what was copied of the backup is */
function check(file: string, beside: string): void {
  try {
    checkSqliteFile(beside);
  } catch (error) {
    const found = backupError(error, file);
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
const ownersAlone = 0o600;

/** What SQLite keeps beside a database. */
const besides = ['-journal', '-wal', '-shm'];

function copyBackup(file: string, beside: string): void {
  copyForOwner(file, beside);
  // A file of a database that was in use: what was written last is in the log.
  if (existsSync(`${file}-wal`)) copyForOwner(`${file}-wal`, `${beside}-wal`);
}

/** A copy gets the mode of what it was made of, which may be everybody's to read. */
function copyForOwner(from: string, to: string): void {
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  chmodSync(to, ownersAlone);
}

/**
 * Keeps everybody else away. A database in WAL mode can be taken out of it only when nobody else has it open, and that
 * leaves all of it in one file. One that is too damaged for that is nobody's.
 * @throws BackupError `in_use`
 */
function lockWhole(location: string): { isWhole: boolean; release(): void } {
  const sqlite = new Sqlite(location, { fileMustExist: true, timeout: 1000 });
  let isWhole = true;
  try {
    sqlite.pragma('locking_mode = exclusive');
    sqlite.pragma('journal_mode = delete');
    sqlite.exec('begin exclusive');
  } catch (error) {
    const explanation = backupError(error, location);
    if (!(explanation instanceof BackupError) || explanation.reason !== 'damaged') {
      sqlite.close();
      throw explanation instanceof BackupError && explanation.reason === 'in_use' ? inUse(location) : error;
    }
    isWhole = false;
  }
  return {
    isWhole,
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
 * There is a database under the name at every moment: the old one, and then the new one.
 * @param isWhole whether all of the old one is in one file; what is beside it is of the lock then
 */
function swap(
  location: string,
  beside: string,
  { previous, isWhole }: { previous: string | null; isWhole: boolean },
): void {
  if (previous !== null) {
    for (const ending of besides) {
      if (isWhole) rmSync(location + ending, { force: true });
      else if (existsSync(location + ending)) renameSync(location + ending, previous + ending);
    }
    try {
      linkSync(location, previous);
    } catch {
      // Not every file system knows second names.
      renameSync(location, previous);
    }
  }
  renameSync(beside, location);
  sync(dirname(location));
}
