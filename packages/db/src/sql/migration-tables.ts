/** MikroORM's table of applied migrations. */
export const migrationsTable = 'migrations';

/** The checksums of applied migrations, and the progress of interrupted ones (`@latchkey/migrator`). */
export const journalTable = 'migration_journal';
