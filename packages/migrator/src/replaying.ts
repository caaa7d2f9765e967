import { openDatabase } from '@latchkey/db';
import type { SchemaChange } from './generating/schema-changes.ts';
import type { Folders } from './generating/schema-state.ts';
import { underMigrationLock } from './migration-lock.ts';
import { liveDrift } from './schema-drift.ts';
import { ensureTables, prepareRun } from './upgrading.ts';

/** How that to which all migrations together lead, in an empty SQLite database, differs from what the entities ask for. */
export async function driftOfReplay({ entitiesFolder, migrationsFolder }: Folders): Promise<SchemaChange[]> {
  const database = await openDatabase('sqlite::memory:', {
    migrationsFolder,
    ...(entitiesFolder !== undefined && { entitiesFolder }),
  });
  try {
    const migrator = await ensureTables(database);
    // Not as an upgrade, which refuses two ends: they may be about to be merged.
    await underMigrationLock(database, async (transaction) => {
      await prepareRun({ database, migrator, transaction }, null);
      await migrator.up({ transaction });
    });
    return await liveDrift(database);
  } finally {
    await database.close();
  }
}
