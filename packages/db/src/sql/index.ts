/** SQL without entities, for packages that work on any table. */
export { runSql, countRows, quoteName, type Row } from './run-sql.ts';
export { mysqlSql, standardSql, type Dialect } from './dialects.ts';
export { copyProgressTable, copySourceRow } from './copy-table.ts';
export { isMissingTable } from '../database-error.ts';
export { journalTable, migrationsTable } from './migration-tables.ts';
export { storedProperties } from '../entities/stored-properties.ts';
