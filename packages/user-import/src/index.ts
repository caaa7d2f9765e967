/** Import of users from the files and databases of other systems, and their export to files. */
export { chooseTables, type Choice } from './choose-tables.ts';
export { readColumnMap, type ColumnMap } from './columns.ts';
export { readCsv } from './csv.ts';
export type { ColumnsUsed, Reading } from './fields.ts';
export type { ImportedUser, ImportRow, RowProblem } from './import-row.ts';
export { planImport, type ImportOptions, type PlannedImport } from './import-users.ts';
export { incomingUsers, noPassword, withoutPassword, type IncomingOptions } from './incoming-user.ts';
export { readJsonLines } from './json-lines.ts';
export { problemOfEmail, problemOfUsername } from './names.ts';
export { writeUsers } from './outgoing-users.ts';
export { writeRowProblems } from './row-problems.ts';
export { openSourceDatabase } from './source/open-source-database.ts';
export type { SourceDatabase, RowsToRead } from './source/source-database.ts';
export type { Selection, TablesFound } from './system.ts';
export { systems, type SystemName } from './systems/index.ts';
export { formatByBeginning, formatByName, withBeginning, type FileFormat } from './text-file.ts';
export { UserImportError } from './user-import-error.ts';
