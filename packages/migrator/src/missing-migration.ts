import { type Database, DatabaseError } from '@latchkey/db';
import { compareSchemas } from './generate/change-statements.ts';
import { listChanges } from './generate/schema-changes.ts';
import { readSchemaState } from './generate/schema-state.ts';

type Migrations = Pick<Database, 'engine' | 'migrationsFolder'>;

/**
 * Throws if an entity was changed and no migration was generated for it. Compares the entities with the snapshot of the engine, and
 * needs no connection.
 * @throws DatabaseError `missing_migration`, `bad_snapshot`
 */
export async function requireMigrations({ engine, migrationsFolder }: Migrations): Promise<void> {
  const state = await readSchemaState(engine, { migrationsFolder });
  const changes = listChanges(compareSchemas(state, state.current, state.target));
  if (changes.length === 0) return;
  const shown = changes.slice(0, maxShown).map(({ kind, what }) => `${kind} ${what}`);
  const more = changes.length > maxShown ? `, and ${changes.length - maxShown} more` : '';
  throw new DatabaseError(
    'missing_migration',
    `An entity was changed without a migration (${shown.join(', ')}${more}). ` +
      'Run: pnpm db migrate -m "…", then pnpm db upgrade, and start again.',
  );
}

const maxShown = 3;

/**
 * Finds out whether a missing migration is the reason of an unforeseen error.
 * @returns the DatabaseError about it; otherwise the error itself
 */
export async function explainByMigrations(error: unknown, database: Migrations): Promise<unknown> {
  // An error with a reason has been explained.
  if (!(error instanceof Error) || ('reason' in error && error.reason !== 'outdated_schema')) return error;
  try {
    await requireMigrations(database);
    return error;
  } catch (found) {
    if (!(found instanceof DatabaseError)) return error;
    return new DatabaseError(found.reason, found.message, { cause: error });
  }
}
