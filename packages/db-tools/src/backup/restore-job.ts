import type { BackupFormat } from './detect-backup-format.ts';

export type RestoreResult = {
  format: BackupFormat;
  /** The last migration of the restored database. */
  revision: string;
  /** Whether that is the newest migration. Otherwise `upgrade` has to run. */
  isCurrent: boolean;
  /** The new name of the previous database; null if there was none. */
  previous: string | null;
};

/** The schema of a loaded backup, before the swap. */
export type RestoredSchema = Pick<RestoreResult, 'revision' | 'isCurrent'>;

/** The parts of a restore that do not depend on the engine. */
export type RestoreJob = {
  url: string;
  file: string;
  format: BackupFormat;
  /** Loads a portable dump into an empty database. */
  fill: (url: string) => Promise<void>;
  /** Reads the schema of a loaded backup. Throws if it is not a database of this application, or newer. */
  inspect: (url: string) => Promise<RestoredSchema>;
};

/** Formats a time for the name of a database or file: `20261123120000000`. */
export const timestampForName = (now = new Date()): string =>
  now.toISOString().replace(/\D/g, '').slice(0, 17);
