/** SQL, and the rows of entities, for packages that read and write any table. */
export { runSql, countRows, quoteName, type Row } from './run-sql.ts';
export { mysqlSql, standardSql, type Dialect } from './dialects.ts';
export { copyProgressTable, copySourceRow } from '../connection/require-complete-copy.ts';
export { isMissingTable } from '../database-error.ts';
export { journalTable, migrationsTable } from '../connection/orm-options.ts';
export { isReference, keyProperty, storedProperties } from '../entities/stored-properties.ts';
export { pathOf, recordName, setValueAt, valueAt } from '../entities/embedded-objects.ts';
export type { RowOf } from '../entities/records.ts';
export { openRowWriter } from './open-row-writer.ts';
export { createRowCompleter, type CompleteRow } from './row-completer.ts';
export type { Rows, RowWriter } from './row-writer.ts';
