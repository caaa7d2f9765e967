import { openDatabase } from '../open-database.ts';
import type { SchemaChange } from './generating/schema-changes.ts';
import type { Folders } from './generating/schema-state.ts';
import { underMigrationLock } from './migration-lock.ts';
import { liveDrift } from './schema-drift.ts';
import { ensureTables, prepareMigrator } from './upgrading.ts';

/** How that to which all migrations together lead, in an empty SQLite database, differs from what the entities ask for. */
export async function driftOfReplay({ entitiesFolder, migrationsFolder }: Folders): Promise<SchemaChange[]> {
  const database = await openDatabase('sqlite::memory:', {
    migrationsFolder,
    ...(entitiesFolder !== undefined && { entitiesFolder }),
  });
  try {
    await ensureTables(database);
    // Not as an upgrade, which refuses two ends: they may be about to be merged.
    await underMigrationLock(database, async (transaction) => {
      const migrator = await prepareMigrator(database, transaction, null);
      await migrator.up({ transaction });
    });
    return await liveDrift(database);
  } finally {
    await database.close();
  }
}
