import type { Options } from '@mikro-orm/core';
import type { Engine } from '../engine.ts';
import { journalTable, migrationsTable } from '../sql/migration-tables.ts';

/** What MikroORM is told wherever it is used, with a server or without one. */
export function commonOptions(engine: Engine): Partial<Options> {
  return {
    // A mistyped name is not the wish for a new database.
    ensureDatabase: false,
    discovery: { warnWhenNoEntities: true },
    migrations: { tableName: migrationsTable },
    // No entity's. MikroORM leaves out the table of the migrations itself.
    schemaGenerator: { skipTables: [journalTable] },
    forceUtcTimezone: true,
    // MySQL and MariaDB: text is compared as it stands, in every character there is; what should be
    // alike without regard to case has a key column for it.
    ...(engine === 'mysql' && { charset: 'utf8mb4', collate: 'utf8mb4_bin' }),
  };
}
