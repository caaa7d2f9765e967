import type { BackupFormat } from './backup-format.ts';

export type Restored = {
  format: BackupFormat;
  /** The last migration of what was restored. */
  revision: string;
  /** Whether that is where this version of the application is; otherwise `upgrade` brings it there. */
  isCurrent: boolean;
  /** Where the database is now that was there before; null when there was none. */
  previous: string | null;
};

/** What a backup turns out to be, once it stands beside the database whose place it is to take. */
export type Standing = Pick<Restored, 'revision' | 'isCurrent'>;

/** What a restore is made of, for each engine. */
export type Restoring = {
  url: string;
  file: string;
  format: BackupFormat;
  /** Fills an empty database from a portable dump. */
  fill: (url: string) => Promise<void>;
  /** Makes sure that a database is one of this application. */
  inspect: (url: string) => Promise<Standing>;
};

/** `2026-11-23T12:00:00.000Z` as it can stand in a name: `20261123120000000`. */
export const stamp = (now = new Date()): string => now.toISOString().replace(/\D/g, '').slice(0, 17);
