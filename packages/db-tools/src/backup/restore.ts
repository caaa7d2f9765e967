import { type Database, openDatabase, type OpenOptions } from '@latchkey/db';
import { parseServerUrl, sqlitePath } from '@latchkey/db/connection';
import { readHistory, readRevisions, upgrade } from '@latchkey/migrator';
import { detectBackupFormat, type BackupFormat } from './detect-backup-format.ts';
import { explainErrors, BackupError } from './backup-error.ts';
import { loadDump } from './load-dump.ts';
import { readDumpHeader } from './read-dump.ts';
import type { RestoreResult, RestoreJob, RestoredSchema } from './restore-job.ts';

/**
 * Replaces a database by a backup. The backup is loaded into a staging database and inspected before the swap, and the
 * previous database is kept under another name.
 * @param url the URL of the database
 * @throws BackupError `not_a_backup`, `damaged`, `other_version`, `newer_backup`, `other_engine`, `in_use`, `no_rights`,
 * `no_tool`, `tool_failed`, `disk_full`; the database is unchanged then
 */
export async function restoreDatabase(
  url: string,
  file: string,
  options?: OpenOptions,
): Promise<RestoreResult> {
  const format = await detectBackupFormat(file);
  const job: RestoreJob = {
    url,
    file,
    format,
    fill: (stagingUrl) => fill(stagingUrl, file, options),
    inspect: (stagingUrl) => inspect(stagingUrl, file, options),
  };
  return explainErrors(locationOf(url), () => restore(job));
}

/** Loads the module of one engine only. */
async function restore(job: RestoreJob): Promise<RestoreResult> {
  const path = sqlitePath(job.url);
  if (path !== null) {
    requireFormat(job, 'sqlite');
    return (await import('./sqlite-restore.ts')).restoreSqlite(job, path);
  }
  if (/^postgres(ql)?:/.test(job.url)) {
    requireFormat(job, 'postgresql');
    return (await import('./postgresql-restore.ts')).restorePostgresql(job);
  }
  requireFormat(job, 'mysql');
  return (await import('./mysql-restore.ts')).restoreMysql(job);
}

function requireFormat({ file, format }: RestoreJob, engine: BackupFormat): void {
  if (format === engine || format === 'portable') return;
  const how =
    format === 'sqlite'
      ? `To copy it: pnpm db copy sqlite:${file} TARGET_URL`
      : 'Restore it to a database of its own engine, and copy that one with pnpm db copy';
  throw new BackupError(
    'other_engine',
    `${file} is a backup of ${names[format]}, but the database is ${names[engine]}. Nothing was changed. ${how}.`,
  );
}

const names: Record<BackupFormat, string> = {
  sqlite: 'SQLite',
  postgresql: 'PostgreSQL',
  mysql: 'MySQL or MariaDB',
  portable: 'any engine',
};

/** Upgrades to the revision of the dump, which may be older than the current one, and loads its rows. */
async function fill(url: string, file: string, options?: OpenOptions): Promise<void> {
  const { revisions } = await readDumpHeader(file);
  const database = await openDatabase(url, options);
  try {
    await refuseNewer(database, file, revisions);
    await upgrade(database, { to: revisions.at(-1) ?? 'head' });
    await loadDump(file, database);
  } finally {
    await database.close();
  }
}

async function refuseNewer(
  { engine, migrationsFolder }: Database,
  file: string,
  revisions: readonly string[],
): Promise<void> {
  const known = new Set((await readRevisions(engine, migrationsFolder)).map(({ name }) => name));
  const unknown = revisions.filter((name) => !known.has(name));
  if (unknown.length > 0) throw newerBackup(file, unknown);
}

async function inspect(url: string, file: string, options?: OpenOptions): Promise<RestoredSchema> {
  const database = await openDatabase(url, options);
  try {
    const { revisions, unknown } = await readHistory(database);
    if (unknown.length > 0) {
      throw newerBackup(
        file,
        unknown.map(({ name }) => name),
      );
    }
    const applied = revisions.filter(({ appliedAt }) => appliedAt);
    const last = applied.at(-1);
    if (!last) {
      throw new BackupError(
        'not_a_backup',
        `${file} is a backup of another application: it has no migration of this one. Nothing was changed.`,
      );
    }
    return { revision: last.name, isCurrent: applied.length === revisions.length };
  } finally {
    await database.close();
  }
}

const newerBackup = (file: string, unknown: readonly string[]) =>
  new BackupError(
    'newer_backup',
    `${file} is of a newer version of the application: it contains ${unknown.join(', ')}. ` +
      'Nothing was changed. Restore it with that version.',
  );

function locationOf(url: string): string {
  const path = sqlitePath(url);
  if (path !== null) return path;
  return parseServerUrl(url).location;
}
