/** SQL without entities, for packages that work on any table. */
export { runSql, countRows, quoteName, type Row } from './run-sql.ts';
export { mysqlSql, standardSql, type Dialect } from './dialects.ts';
export { copyProgressTable, copySourceRow } from '../connection/require-complete-copy.ts';
export { isMissingTable } from '../database-error.ts';
export { journalTable, migrationsTable } from '../connection/orm-options.ts';
export { storedProperties } from '../entities/stored-properties.ts';
