import { statSync } from 'node:fs';
import { DatabaseError } from '../database-error.ts';

/** Detects that the files of an open database are not at their path any more: what is written would be lost. */
export type FileWatch = {
  /** Remembers the files, once the database is open. */
  start(): void;
  /** @throws DatabaseError `file_moved` */
  check(): void;
  /** The same for reads, which looks at the files at most once per second. */
  checkForRead(): void;
};

const maxAgeMs = 1000;

/** @param path of the file; `:memory:` is never moved */
export function createFileWatch(path: string): FileWatch {
  let original: { database: string; log: string } | null = null;
  let checkedAt = -Infinity;

  const check = () => {
    if (!original) return;
    checkedAt = Date.now();
    const found = identityOf(path);
    if (found === null) throw fileMoved(path, deleted);
    if (found !== original.database) throw fileMoved(path, replaced);
    if (identityOf(`${path}-wal`) !== original.log) throw fileMoved(path, logDeleted);
  };

  return {
    start() {
      const [database, log] = [identityOf(path), identityOf(`${path}-wal`)];
      // Without write-ahead log, SQLite itself refuses to write to a file that was moved.
      if (path !== ':memory:' && database !== null && log !== null) original = { database, log };
    },
    check,
    checkForRead() {
      if (Date.now() - checkedAt >= maxAgeMs) check();
    },
  };
}

/** Device and inode: a name can be given to another file, and an inode is not reused while the file is open. */
function identityOf(path: string): string | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats ? `${stats.dev} ${stats.ino}` : null;
}

const fileMoved = (path: string, sentence: string) =>
  new DatabaseError(
    'file_moved',
    sentence.replaceAll('LOCATION', () => path),
  );

const deleted =
  'LOCATION was deleted or moved while it is in use, and new changes would be lost. Put the same file back, which needs no restart; ' +
  'or stop the application, restore a backup, and start it again.';

const replaced =
  'LOCATION was replaced by another file while the application uses the previous one. Restart the application to use the new file, ' +
  'or put the previous one back.';

const logDeleted =
  'LOCATION-wal, which has the latest changes, was deleted or replaced while it is in use. Restart the application: ' +
  'it copies them to LOCATION when it stops.';
