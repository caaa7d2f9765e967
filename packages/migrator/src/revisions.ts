import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Migration } from '@mikro-orm/migrations';
import { DatabaseError, type Engine } from '@latchkey/db';
import { timeOfDigits } from './generate/revision-name.ts';
import { inOrder } from './revision-order.ts';

/** One migration of one engine, as its file has it. */
export type Revision = {
  /** `Migration20261123120000_users_and_sessions`: file, class and row are called so. */
  readonly name: string;
  /** What it does, in words: the end of its name. */
  readonly message: string;
  /** When it was written (UTC). */
  readonly createdAt: Date;
  /** The revisions that it builds on: one, two after a merge, none for the first. Alembic's `down_revision`. */
  readonly after: readonly string[];
  /** SHA-256 of the file, white space aside: whether it was edited after it ran. */
  readonly checksum: string;
  readonly path: string;
  readonly migration: MigrationClass;
};

/** A migration's class. `after` is what Alembic calls `down_revision`. */
export type MigrationClass = (new (...options: ConstructorParameters<typeof Migration>) => Migration) & {
  readonly after?: readonly string[];
};

/**
 * An engine's migrations, each after those that it builds on.
 * @throws DatabaseError `bad_migration` for a file that is none, and for one that builds on what is not there
 */
export async function readRevisions(engine: Engine, folder: string): Promise<Revision[]> {
  const ofEngine = join(folder, engine);
  const files = (await readdir(ofEngine).catch(noFolder)).filter((file) => /^Migration.*\.ts$/.test(file));
  const revisions = await Promise.all(files.map((file) => readRevision(join(ofEngine, file), file)));
  return inOrder(revisions);
}

const fileName = /^(Migration(\d{14})(?:_(\p{ID_Continue}+))?)\.ts$/u;

/** A project that begins has none yet. */
function noFolder(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

async function readRevision(path: string, file: string): Promise<Revision> {
  const [, name = '', digits = '', slug = ''] = fileName.exec(file) ?? [];
  const createdAt = timeOfDigits(digits);
  if (!name || !createdAt) {
    throw badMigration(`${path} is called otherwise than a migration: Migration20261123120000_what_for.ts.`);
  }
  const [module, source] = await Promise.all([importFile(path), readFile(path, 'utf8')]);
  // The cast: what a file exports is not known before it is loaded; the next line looks.
  const migration = module[name] as MigrationClass | undefined;
  if (typeof migration !== 'function') throw badMigration(`${path} does not export a class ${name}.`);
  return {
    name,
    message: slug.replaceAll('_', ' '),
    createdAt,
    after: migration.after ?? [],
    checksum: checksumOf(source),
    path,
    migration,
  };
}

async function importFile(path: string): Promise<Record<string, unknown>> {
  try {
    // As a URL: a `#` or a `%20` in the path would be read as a part of one.
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    throw badMigration(`${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Line ends and formatting are not what a migration does. */
export function checksumOf(source: string): string {
  return createHash('sha256').update(source.replace(/\s+/g, ' ').trim()).digest('hex');
}

function badMigration(message: string): DatabaseError {
  return new DatabaseError('bad_migration', message);
}
