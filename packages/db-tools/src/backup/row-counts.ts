import { BackupError } from './backup-error.ts';

/** The number of rows of each table. */
export type RowCounts = ReadonlyMap<string, number>;

/** @throws BackupError `differs` if a backup has another number of rows than its source */
export function requireSameCounts(expected: RowCounts, found: RowCounts, path: string): void {
  for (const [table, rows] of expected) {
    if (found.get(table) === rows) continue;
    throw new BackupError(
      'differs',
      `${path} has ${found.get(table) ?? 'no'} rows of ${table} instead of ${rows}. It was deleted: check the disk, and run the command again.`,
    );
  }
}
