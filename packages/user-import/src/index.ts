/** Import of users from the files and databases of other systems, and export of users to files. */

// 1. Read the users of a file or of another system's database.
export { readCsv } from './read-csv.ts';
export { readJsonLines } from './read-json-lines.ts';
export { detectFormatByContent, detectFormatByName, readBeginning, type FileFormat } from './text-file.ts';
export { openSourceDatabase } from './source/open-source-database.ts';
export { systems, type SystemName } from './systems/index.ts';
export { chooseTables, type ChoiceOptions } from './choose-tables.ts';
export { parseColumnMap, type ColumnMap } from './column-map.ts';
export { userColumns, type UserColumn } from './user-columns.ts';
export type { ColumnsUsed, SourceReader } from './source-user.ts';

// 2. Validate them.
export { schemesWithoutPassword, unusablePasswordHash, validateRows } from './validate-rows.ts';
export { checkEmail } from './check-text.ts';
export { writeRowProblems, type RowProblem } from './row-problem.ts';

// 3. Compare them with the database, and write them.
export { planImport, type PlannedImport } from './plan-import.ts';
export { UserImportError } from './user-import-error.ts';

// Export.
export { writeUsers } from './write-users.ts';
