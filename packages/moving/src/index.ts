export { readColumnMap, type ColumnMap } from './columns.ts';
export { readCsv } from './csv.ts';
export type { ColumnsUsed, Reading } from './fields.ts';
export {
  incomingUsers,
  noPassword,
  withoutPassword,
  type IncomingOptions,
  type IncomingRow,
  type IncomingUser,
} from './incoming-user.ts';
export { readJsonLines } from './json-lines.ts';
export { MovingError } from './moving-error.ts';
export { problemOfEmail, problemOfUsername } from './names.ts';
export { writeUsers, type OutgoingUser } from './outgoing-users.ts';
export { writeRowProblems } from './row-problems.ts';
export { systems, type SystemName } from './systems/index.ts';
export { chooseTables, type Choice } from './choose-tables.ts';
export type { Selection, TablesFound } from './system.ts';
export { formatByBeginning, formatByName, withBeginning, type FileFormat } from './text-file.ts';
