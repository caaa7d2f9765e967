import { join } from 'node:path';
import { DatabaseError, engines } from '@latchkey/db';
import { findHeads } from '../revision-order.ts';
import { readRevisions } from '../revisions.ts';
import type { SchemaChange } from './schema-changes.ts';
import { nextTimestamp, revisionName } from './revision-name.ts';
import { writeMigration } from './write-migration.ts';
import { readSchemaState, type Folders } from './schema-state.ts';

/**
 * Merges the heads of the migrations: writes a migration without statements that follows all of them, and new snapshots.
 * Equivalent of `flask db merge`.
 * @param findMigrationDrift compares the schema that all migrations create with the entities
 * @throws DatabaseError `nothing_to_merge`; `unmerged_entities` if the migrations do not create the schema of the entities
 */
export async function mergeBranches(
  folders: Folders,
  findMigrationDrift: () => Promise<readonly SchemaChange[]>,
  { message = 'merge', now = new Date() }: { message?: string | undefined; now?: Date } = {},
): Promise<{ name: string; heads: readonly string[] }> {
  const known = await readRevisions('sqlite', folders.migrationsFolder);
  const heads = findHeads(known).map(({ name }) => name);
  if (heads.length < 2) {
    throw new DatabaseError(
      'nothing_to_merge',
      `The migrations have only one head (${heads.join()}), so there is nothing to merge.`,
    );
  }

  const states = await Promise.all(
    engines.map((engine) => readSchemaState(engine, folders, { readsSnapshot: false })),
  );
  const missing = await findMigrationDrift();
  if (missing.length > 0) {
    throw new DatabaseError(
      'unmerged_entities',
      `The migrations of both branches do not create the schema of the entities. Differences: ${missing.map(({ kind, what }) => `${kind} ${what}`).join('; ')}. ` +
        'Merge the entities of both branches, then run this command again.',
    );
  }

  // Imported here, because only this command needs the SQL formatter.
  const { migrationFile } = await import('./migration-file.ts');
  const name = revisionName(message, nextTimestamp(now, known.at(-1)?.name));
  await writeMigration({
    files: states.flatMap(({ engine, snapshot }) => [
      {
        path: join(folders.migrationsFolder, engine, `${name}.ts`),
        text: migrationFile({
          engine,
          name,
          after: heads,
          up: [],
          down: [],
          comment: 'Nothing to do: this migration merges two branches.',
        }),
      },
      snapshot,
    ]),
  });
  return { name, heads };
}
