import { type Database, openDatabase, type OpenOptions } from '@latchkey/db';
import { sqlitePath } from '@latchkey/db/connection';
import { historyOf, readRevisions, upgrade } from '@latchkey/migrator';
import { backupFormat, type BackupFormat } from './backup-format.ts';
import { explained, BackupError } from './backup-error.ts';
import { loadDump, readDumpHeader } from './portable-dump.ts';
import type { Restored, Restoring, Standing } from './restoring.ts';

/**
 * Puts a backup in the place of a database. It is read into another one beside it first, and looked at there; the one
 * from before stays until then, and is kept after it under another name.
 * @param url the database's
 * @throws BackupError `not_a_backup`, `damaged`, `other_version`, `newer_backup`, `other_engine`, `in_use`, `no_rights`,
 * `no_tool`, `tool_failed`, `disk_full`; the database is as before then
 */
export async function restoreDatabase(url: string, file: string, options?: OpenOptions): Promise<Restored> {
  const format = await backupFormat(file);
  const restoring: Restoring = {
    url,
    file,
    format,
    fill: (beside) => fill(beside, file, options),
    inspect: (beside) => inspect(beside, file, options),
  };
  return explained(placeOf(url), () => restore(restoring));
}

/** Only the engine that is asked for is loaded. */
async function restore(restoring: Restoring): Promise<Restored> {
  const path = sqlitePath(restoring.url);
  if (path !== null) {
    requireFormat(restoring, 'sqlite');
    return (await import('./sqlite-restore.ts')).restoreSqlite(restoring, path);
  }
  if (/^postgres(ql)?:/.test(restoring.url)) {
    requireFormat(restoring, 'postgresql');
    return (await import('./postgresql-restore.ts')).restorePostgresql(restoring);
  }
  requireFormat(restoring, 'mysql');
  return (await import('./mysql-restore.ts')).restoreMysql(restoring);
}

function requireFormat({ file, format }: Restoring, engine: BackupFormat): void {
  if (format === engine || format === 'portable') return;
  const how =
    format === 'sqlite'
      ? `To move it: pnpm db copy sqlite:${file} and the address of the other database`
      : 'Restore it to a database of its own engine, and move that one with pnpm db copy';
  throw new BackupError(
    'other_engine',
    `${file} is a backup of ${names[format]}, and the database is ${names[engine]}. Nothing was changed. ${how}.`,
  );
}

const names: Record<BackupFormat, string> = {
  sqlite: 'SQLite',
  postgresql: 'PostgreSQL',
  mysql: 'MySQL or MariaDB',
  portable: 'any engine',
};

/** The schema of a dump first, which may be older than today's, and then its rows. */
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
  if (unknown.length > 0) throw newer(file, unknown);
}

async function inspect(url: string, file: string, options?: OpenOptions): Promise<Standing> {
  const database = await openDatabase(url, options);
  try {
    const { revisions, unknown } = await historyOf(database);
    if (unknown.length > 0) {
      throw newer(
        file,
        unknown.map(({ name }) => name),
      );
    }
    const applied = revisions.filter(({ appliedAt }) => appliedAt);
    const last = applied.at(-1);
    if (!last) {
      throw new BackupError(
        'not_a_backup',
        `${file} holds a database of something else: no migration of this application has run in it. Nothing was changed.`,
      );
    }
    return { revision: last.name, isCurrent: applied.length === revisions.length };
  } finally {
    await database.close();
  }
}

const newer = (file: string, unknown: readonly string[]) =>
  new BackupError(
    'newer_backup',
    `${file} is of a newer version of the application: it has ${unknown.join(', ')}. ` +
      'Nothing was changed. Restore it with that version.',
  );

function placeOf(url: string): string {
  const path = sqlitePath(url);
  if (path !== null) return path;
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
