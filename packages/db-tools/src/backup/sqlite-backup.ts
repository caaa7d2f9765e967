import { closeSync, existsSync, fdatasyncSync, openSync, readSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { driverProblem } from '@latchkey/db/connection';
import { standardSql } from '@latchkey/db/sql';
import { explainErrors, toBackupError, BackupError } from './backup-error.ts';
import { requireSameCounts, type RowCounts } from './row-counts.ts';

/** The number of pages per step, between which signals are handled: 8 MB with SQLite's default page size. */
const pagesPerStep = 2000;

/** Unwritten pages would delay the next writer, so the file is synced repeatedly. */
const stepsPerSync = 4;

/**
 * SQLite's online backup (https://sqlite.org/backup.html). It restarts whenever another process writes, except within a read
 * transaction, which does not block writers in WAL mode. So it always ends.
 * @param path an empty file
 * @returns the number of rows of each table
 * @throws BackupError `damaged` if the database is, `differs`
 */
export async function backupSqlite(
  location: string,
  path: string,
  onProgress: (done: number, total: number) => void,
): Promise<RowCounts> {
  const written = openSync(path, 'r+');
  const sqlite = await explainErrors(
    location,
    async () => new Sqlite(location, { readonly: true, fileMustExist: true }),
  );
  try {
    const counts = await explainErrors(location, async () => {
      sqlite.exec('begin');
      return countRows(sqlite);
    });
    let steps = 0;
    await sqlite.backup(path, {
      progress: ({ totalPages, remainingPages }) => {
        if (++steps % stepsPerSync === 0) fdatasyncSync(written);
        onProgress(totalPages - remainingPages, totalPages);
        return pagesPerStep;
      },
    });
    fdatasyncSync(written);
    requireSameCounts(counts, checkSqliteFile(path, location), path);
    return counts;
  } catch (error) {
    // The backup has the same pages: damage in it is damage of the database, and so is a lock.
    const problem = driverProblem(error);
    const isOfDatabase = problem !== null && ['notADatabase', 'fileDamaged', 'fileLocked'].includes(problem);
    throw isOfDatabase ? toBackupError(error, location) : error;
  } finally {
    closeSync(written);
    sqlite.close();
  }
}

/**
 * Checks all pages of a SQLite file that no other process uses, and merges its write-ahead log into it.
 * @param location the file in messages
 * @returns the number of rows of each table
 * @throws BackupError `damaged`
 */
export function checkSqliteFile(path: string, location = path): RowCounts {
  refuseTruncated(path, location);
  const sqlite = new Sqlite(path, { fileMustExist: true });
  try {
    sqlite.pragma('journal_mode = delete');
    const problem = String(sqlite.pragma('integrity_check(1)', { simple: true }));
    if (problem !== 'ok') {
      throw new BackupError('damaged', `${location} is damaged (${problem.replaceAll('\n', ' ')}).`);
    }
    return countRows(sqlite);
  } finally {
    sqlite.close();
  }
}

/** SQLite reads the missing bytes of the last page as zeros. A file with a write-ahead log may have another size than its header. */
function refuseTruncated(path: string, location: string): void {
  const { size } = statSync(path);
  if (size < headerLength || existsSync(`${path}-wal`)) return;
  const header = Buffer.alloc(headerLength);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, headerLength, 0);
  } finally {
    closeSync(file);
  }
  // Offsets: sqlite.org, "Database File Format", 1.3. A page size of 1 means 65536.
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const isSizeValid = header.readUInt32BE(24) === header.readUInt32BE(92);
  const expected = isSizeValid ? pageSize * header.readUInt32BE(28) : 0;
  if (size >= expected && size % pageSize === 0) return;
  throw new BackupError('damaged', `${location} is damaged (truncated to ${size} bytes).`);
}

const headerLength = 100;

function countRows(sqlite: Sqlite.Database): RowCounts {
  const tables = sqlite
    .prepare<[], string>(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
    )
    .pluck()
    .all();
  return new Map(
    tables.map((table) => [
      table,
      Number(
        sqlite
          .prepare(`select count(*) from ${standardSql.name(table)}`)
          .pluck()
          .get(),
      ),
    ]),
  );
}
