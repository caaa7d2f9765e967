import type { DatabaseSchema } from '@mikro-orm/sqlite';
import { openDatabase } from '../open-database.ts';
import { mergeBranches } from './generating/merge-branches.ts';
import type { Folders } from './generating/schema-state.ts';
import { underMigrationLock } from './migration-lock.ts';
import { liveSchema } from './reading/live-schema.ts';
import { ensureTables, prepareMigrator } from './upgrading.ts';

/** Brings two ends of the migrations together. Twin of `flask db merge`; what it throws is said at `mergeBranches`. */
export function mergeRevisions(
  folders: Folders,
  options: { message?: string | undefined; now?: Date } = {},
): Promise<{ name: string; heads: readonly string[] }> {
  return mergeBranches(folders, () => schemaReachedBy(folders), options);
}

/** What all migrations together make of an empty database. */
async function schemaReachedBy({ entitiesFolder, migrationsFolder }: Folders): Promise<DatabaseSchema> {
  const database = await openDatabase('sqlite::memory:', {
    migrationsFolder,
    ...(entitiesFolder !== undefined && { entitiesFolder }),
  });
  try {
    await ensureTables(database);
    await underMigrationLock(database, async (transaction) => {
      const migrator = await prepareMigrator(database, transaction, null);
      await migrator.up({ transaction });
    });
    return await liveSchema(database);
  } finally {
    await database.close();
  }
}
