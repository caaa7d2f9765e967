import type { Options } from '@mikro-orm/core';
import type { Engine } from '../engine.ts';

/** MikroORM's table of applied migrations. */
export const migrationsTable = 'migrations';

/** The checksums of applied migrations, and the progress of interrupted ones (`@latchkey/migrator`). */
export const journalTable = 'migration_journal';

/** Returns the options of MikroORM that are the same for all uses, online and offline. */
export function commonOptions(engine: Engine): Partial<Options> {
  return {
    // Creating the database is off, so that a typo in the name is an error.
    ensureDatabase: false,
    discovery: { warnWhenNoEntities: true },
    migrations: { tableName: migrationsTable },
    // This table has no entity. MikroORM skips its own table of migrations.
    schemaGenerator: { skipTables: [journalTable] },
    forceUtcTimezone: true,
    // MySQL and MariaDB: all of Unicode, and exact comparison. Columns to be compared case-insensitively have a key
    // column.
    ...(engine === 'mysql' && { charset: 'utf8mb4', collate: 'utf8mb4_bin' }),
  };
}
