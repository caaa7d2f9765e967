import { DatabaseError, engines } from '@latchkey/db';
import { planMigration } from './generate/plan-migration.ts';
import type { SchemaChange } from './generate/schema-changes.ts';
import type { Folders } from './generate/schema-state.ts';
import { replayDrift } from './replay-drift.ts';
import { readRevisions } from './revisions.ts';

export type MigrationCheck = {
  /** What is to be written into a migration, so that the migrations lead to what the entities are. */
  missing: readonly SchemaChange[];
  /** What the migrations lead to otherwise than they did when they were written: one was edited since, or is gone. */
  drift: readonly SchemaChange[];
};

/**
 * Compares the entities with the last state that is written down, and with what all migrations make of an empty SQLite
 * database. Needs no server. Twin of `flask db check`.
 * @throws DatabaseError `bad_migration` when an engine lacks one that another has, `two_heads`, `bad_snapshot`, and
 * `failed_migration` when one does not run
 */
export async function checkMigrations(folders: Folders): Promise<MigrationCheck> {
  await requireOnEach(folders);
  const { changes: missing } = await planMigration(folders);
  return { missing, drift: missing.length > 0 ? [] : (await replayDrift(folders)).filter(isOfThePlan) };
}

/** Whether a table, a column or an index is there; how it is written, SQLite does not always know. */
const isOfThePlan = ({ kind, what }: SchemaChange): boolean =>
  kind !== 'changed' && /^(?:table|column|index) /.test(what);

async function requireOnEach({ migrationsFolder }: Folders): Promise<void> {
  const names = await Promise.all(
    engines.map(async (engine) => (await readRevisions(engine, migrationsFolder)).map(({ name }) => name)),
  );
  const all = new Set(names.flat());
  for (const [index, engine] of engines.entries()) {
    const lacking = [...all].find((name) => !names[index]?.includes(name));
    if (lacking === undefined) continue;
    throw new DatabaseError(
      'bad_migration',
      `${lacking} is there for another engine, and not for ${engine}. Put it back into ${migrationsFolder}/${engine}.`,
    );
  }
}
