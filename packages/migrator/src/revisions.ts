import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Migration } from '@mikro-orm/migrations';
import { DatabaseError, type Engine } from '@latchkey/db';
import { parseTimestamp } from './generate/revision-name.ts';
import { sortRevisions } from './revision-order.ts';

/** One migration of one engine, as in its file. */
export type Revision = {
  /** `Migration20261123120000_users_and_sessions`: the name of its file, its class and its row. */
  readonly name: string;
  /** A description: the end of its name. */
  readonly message: string;
  /** When it was generated (UTC). */
  readonly createdAt: Date;
  /** The parent revisions: one, two for a merge, none for the first. Alembic's `down_revision`. */
  readonly after: readonly string[];
  /** SHA-256 of the file without differences of whitespace, to detect edits. */
  readonly checksum: string;
  readonly path: string;
  readonly migration: MigrationClass;
};

/** A migration's class. */
export type MigrationClass = (new (...options: ConstructorParameters<typeof Migration>) => Migration) & {
  readonly after?: readonly string[];
};

/**
 * Reads the migrations of an engine, each after its parents.
 * @throws DatabaseError `bad_migration` for an invalid file, and for a missing parent
 */
export async function readRevisions(engine: Engine, folder: string): Promise<Revision[]> {
  const ofEngine = join(folder, engine);
  const files = (await readdir(ofEngine).catch(noFolder)).filter((file) => /^Migration.*\.ts$/.test(file));
  const revisions = await Promise.all(files.map((file) => readRevision(join(ofEngine, file), file)));
  return sortRevisions(revisions);
}

const fileName = /^(Migration(\d{14})(?:_(\p{ID_Continue}+))?)\.ts$/u;

/** A new project has no folder. */
function noFolder(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

async function readRevision(path: string, file: string): Promise<Revision> {
  const [, name = '', digits = '', slug = ''] = fileName.exec(file) ?? [];
  const createdAt = parseTimestamp(digits);
  if (!name || !createdAt) {
    throw badMigration(`${path} does not have a name like Migration20261123120000_add_teams.ts.`);
  }
  const [module, source] = await Promise.all([importFile(path), readFile(path, 'utf8')]);
  // The cast: the exports of a file are unknown before it is loaded; the next line checks.
  const migration = module[name] as MigrationClass | undefined;
  if (typeof migration !== 'function') throw badMigration(`${path} does not export a class ${name}.`);
  return {
    name,
    message: slug.replaceAll('_', ' '),
    createdAt,
    after: migration.after ?? [],
    checksum: computeChecksum(source),
    path,
    migration,
  };
}

async function importFile(path: string): Promise<Record<string, unknown>> {
  try {
    // A file URL, because import() would interpret `#` and `%20` in a path.
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    throw badMigration(`${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Independent of line ends and formatting. */
export function computeChecksum(source: string): string {
  return createHash('sha256').update(source.replace(/\s+/g, ' ').trim()).digest('hex');
}

function badMigration(message: string): DatabaseError {
  return new DatabaseError('bad_migration', message);
}
