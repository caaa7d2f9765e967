/** SQL beside the entities: for the packages that work on any table. */
export { ask, countRows, quoted, type Row } from './ask.ts';
export { mysqlSql, standardSql, type Dialect } from './dialects.ts';
export { copySource, copyTable, copySourceRow } from './copy-table.ts';
export { isMissingTable } from '../database-error.ts';
export { journalTable, migrationsTable } from './migration-tables.ts';
export { storedProperties } from '../entities/stored-properties.ts';
