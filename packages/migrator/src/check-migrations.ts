import { DatabaseError, engines } from '@latchkey/db';
import { planMigration } from './generate/plan-migration.ts';
import type { SchemaChange } from './generate/schema-changes.ts';
import type { Folders } from './generate/schema-state.ts';
import { findMigrationDrift } from './migration-drift.ts';
import { readRevisions } from './revisions.ts';

export type MigrationCheck = {
  /** Changes of the entities that no migration contains. */
  missing: readonly SchemaChange[];
  /** Differences between the entities and the schema that the migrations create: one was edited or deleted. */
  drift: readonly SchemaChange[];
};

/**
 * Compares the entities with the snapshot, and with the schema that all migrations create in an empty SQLite database.
 * Needs no server. Equivalent of `flask db check`.
 * @throws DatabaseError `bad_migration` if an engine lacks a migration that another engine has, `two_heads`, `bad_snapshot`,
 * `failed_migration`
 */
export async function checkMigrations(folders: Folders): Promise<MigrationCheck> {
  await requireSameOnEachEngine(folders);
  const { changes: missing } = await planMigration(folders);
  return {
    missing,
    drift: missing.length > 0 ? [] : (await findMigrationDrift(folders)).filter(isStructural),
  };
}

/** Only added and removed tables, columns and indexes: SQLite does not keep all details of a definition. */
const isStructural = ({ kind, what }: SchemaChange): boolean =>
  kind !== 'changed' && /^(?:table|column|index) /.test(what);

async function requireSameOnEachEngine({ migrationsFolder }: Folders): Promise<void> {
  const names = await Promise.all(
    engines.map(async (engine) => (await readRevisions(engine, migrationsFolder)).map(({ name }) => name)),
  );
  const all = new Set(names.flat());
  for (const [index, engine] of engines.entries()) {
    const missing = [...all].find((name) => !names[index]?.includes(name));
    if (missing === undefined) continue;
    throw new DatabaseError(
      'bad_migration',
      `The migration ${missing} exists for another engine, but not for ${engine}. Restore it in ${migrationsFolder}/${engine}.`,
    );
  }
}
