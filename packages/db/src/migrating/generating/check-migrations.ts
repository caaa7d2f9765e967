import { planMigration } from './plan-migration.ts';
import type { SchemaChange } from './schema-changes.ts';
import type { Folders } from './schema-state.ts';

/**
 * What a migration would have to do so that the migrations lead to what the entities are; empty when they do. Twin of
 * `flask db check`.
 */
export async function missingChanges(folders: Folders): Promise<readonly SchemaChange[]> {
  return (await planMigration(folders)).changes;
}
