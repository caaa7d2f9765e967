/** MikroORM's own table: which migrations have run. */
export const migrationsTable = 'migrations';

/** What their files were when they ran, and how far an interrupted one came (`@latchkey/migrator`). */
export const journalTable = 'migration_journal';
