import { openDatabase } from '@latchkey/db';
import { ensureMigrationTables } from './ensure-migration-tables.ts';
import type { SchemaChange } from './generate/schema-changes.ts';
import type { Folders } from './generate/schema-state.ts';
import { withMigrationLock } from './migration-lock.ts';
import { prepareRun } from './migrator-with-journal.ts';
import { findSchemaDrift } from './schema-drift.ts';

/** Applies all migrations to an empty SQLite database, and compares its schema with the entities. */
export async function findMigrationDrift({
  entitiesFolder,
  migrationsFolder,
}: Folders): Promise<SchemaChange[]> {
  const database = await openDatabase('sqlite::memory:', {
    migrationsFolder,
    ...(entitiesFolder !== undefined && { entitiesFolder }),
  });
  try {
    const migrator = await ensureMigrationTables(database);
    // Not with upgrade(), which refuses two heads: they may be about to be merged.
    await withMigrationLock(database, async (transaction) => {
      await prepareRun({ database, migrator, transaction }, { resuming: null, direction: 'up' });
      await migrator.up({ transaction });
    });
    return await findSchemaDrift(database);
  } finally {
    await database.close();
  }
}
