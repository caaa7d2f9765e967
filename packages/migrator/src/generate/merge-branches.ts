import { join } from 'node:path';
import { DatabaseError, engines } from '@latchkey/db';
import { headsOf } from '../revision-order.ts';
import { readRevisions } from '../revisions.ts';
import type { SchemaChange } from './schema-changes.ts';
import { later, revisionName } from './revision-name.ts';
import { writeMigration } from './write-migration.ts';
import { schemaStateOf, type Folders } from './schema-state.ts';

/**
 * Brings two ends of the migrations together: a migration of no statements that builds on both, and the last state written
 * down anew. Twin of `flask db merge`.
 * @param replayDrift how that to which all migrations together lead differs from the entities
 * @throws DatabaseError `nothing_to_merge`; `unmerged_entities` when the migrations do not lead to the entities
 */
export async function mergeBranches(
  folders: Folders,
  replayDrift: () => Promise<readonly SchemaChange[]>,
  { message = 'merge', now = new Date() }: { message?: string | undefined; now?: Date } = {},
): Promise<{ name: string; heads: readonly string[] }> {
  const known = await readRevisions('sqlite', folders.migrationsFolder);
  const heads = headsOf(known).map(({ name }) => name);
  if (heads.length < 2) {
    throw new DatabaseError(
      'nothing_to_merge',
      `There is one end to the migrations (${heads.join()}), and nothing to merge.`,
    );
  }

  const states = await Promise.all(
    engines.map((engine) => schemaStateOf(engine, folders, { readsSnapshot: false })),
  );
  const missing = await replayDrift();
  if (missing.length > 0) {
    throw new DatabaseError(
      'unmerged_entities',
      `Both branches' migrations together do not lead to the entities, which differ by: ${missing.map(({ kind, what }) => `${kind} ${what}`).join('; ')}. ` +
        'Bring the entities together as both branches want them, and run it again.',
    );
  }

  // Loaded here: it needs the SQL formatter, and no other command does.
  const { migrationFile } = await import('./migration-file.ts');
  const name = revisionName(message, later(now, known.at(-1)?.name));
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
          remark: 'Nothing to do: this one brings two branches together.',
        }),
      },
      snapshot,
    ]),
  });
  return { name, heads };
}
