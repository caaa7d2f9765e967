import { closeSync, existsSync, fdatasyncSync, openSync, readSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { driverProblem } from '@latchkey/db/connection';
import { standardSql } from '@latchkey/db/sql';
import { explained, backupError, BackupError } from './backup-error.ts';

export type RowCounts = ReadonlyMap<string, number>;

/** So many pages between two chances for signals and progress: 8 MB with SQLite's usual pages. */
const pagesAtOnce = 2000;

/** What waits to be written to the disk would make the next writer wait that long: it goes there little by little. */
const syncEverySteps = 4;

/**
 * SQLite's online backup (https://sqlite.org/backup.html). It begins anew whenever another process writes, except in a
 * transaction that sees one state of the data all along; in WAL mode, writers go on beside that. So it always ends.
 * @param path an empty file
 * @returns how many rows each table has in it
 * @throws BackupError `damaged` where the database is, `differs`
 */
export async function backupSqlite(
  location: string,
  path: string,
  onProgress: (done: number, total: number) => void,
): Promise<RowCounts> {
  const written = openSync(path, 'r+');
  const sqlite = await explained(
    location,
    async () => new Sqlite(location, { readonly: true, fileMustExist: true }),
  );
  try {
    const counts = await explained(location, async () => {
      sqlite.exec('begin');
      return countRows(sqlite);
    });
    let steps = 0;
    await sqlite.backup(path, {
      progress: ({ totalPages, remainingPages }) => {
        if (++steps % syncEverySteps === 0) fdatasyncSync(written);
        onProgress(totalPages - remainingPages, totalPages);
        return pagesAtOnce;
      },
    });
    fdatasyncSync(written);
    requireSame(counts, checkSqliteFile(path, location), path);
    return counts;
  } catch (error) {
    // It is page for page the same: damage that shows in it is the database's, and a lock is on that as well.
    const problem = driverProblem(error);
    throw problem === 'fileDamaged' || problem === 'fileLocked' ? backupError(error, location) : error;
  } finally {
    closeSync(written);
    sqlite.close();
  }
}

/**
 * Looks at every page of a SQLite file that nobody else uses, and makes it one file, without a log beside it.
 * @param location what a message names
 * @returns how many rows each table has
 * @throws BackupError `damaged`
 */
export function checkSqliteFile(path: string, location = path): RowCounts {
  refuseShort(path, location);
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

/** SQLite itself takes what is missing of the last page for zeros. What has a log beside it may be longer than it says. */
function refuseShort(path: string, location: string): void {
  const { size } = statSync(path);
  if (size < headerLength || existsSync(`${path}-wal`)) return;
  const header = Buffer.alloc(headerLength);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, headerLength, 0);
  } finally {
    closeSync(file);
  }
  // Where they stand: sqlite.org, "Database File Format", 1.3. A size of 1 stands for 65536.
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const isSizeKept = header.readUInt32BE(24) === header.readUInt32BE(92);
  const wanted = isSizeKept ? pageSize * header.readUInt32BE(28) : 0;
  if (size >= wanted && size % pageSize === 0) return;
  throw new BackupError('damaged', `${location} is damaged (it is cut short: ${size} bytes).`);
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

/** @throws BackupError `differs` when a backup has not as many rows as what it was made of */
export function requireSame(wanted: RowCounts, found: RowCounts, path: string): void {
  for (const [table, rows] of wanted) {
    if (found.get(table) === rows) continue;
    throw new BackupError(
      'differs',
      `${path} should have ${rows} rows of ${table}, and has ${found.get(table) ?? 'none'}. It was thrown away: look at the disk, and run the command again.`,
    );
  }
}
