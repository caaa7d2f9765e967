import type { AbstractSqlPlatform, Column, TableDifference } from '@mikro-orm/sqlite';
import { neutralValue } from './neutral-value.ts';

/** Whether SQLite can make such a change only by making another table in place of this one. */
export function needsRebuild(change: TableDifference): boolean {
  const { changedColumns, addedForeignKeys, removedForeignKeys, changedForeignKeys } = change;
  const { addedChecks, removedChecks, changedChecks } = change;
  const touched = [changedColumns, addedForeignKeys, removedForeignKeys, changedForeignKeys];
  if ([...touched, addedChecks, removedChecks, changedChecks].some((part) => Object.keys(part).length > 0)) {
    return true;
  }
  // SQLite adds no column that would have no value in the rows that are there, or one that is worked out.
  return Object.values(change.addedColumns).some(
    (column) => (!column.nullable && !hasValue(column)) || isWorkedOut(column),
  );
}

/**
 * Another table in place of the one that is there, with its rows (SQLite, "Making Other Kinds Of Table Schema Changes").
 * Foreign keys are off while migrations run. Triggers and indexes that no migration knows are put back after it.
 * @param options.fillsIn whether a required column without a default is given a neutral value in the rows that are there
 */
export function rebuildStatements(
  change: TableDifference,
  platform: AbstractSqlPlatform,
  { fillsIn }: { fillsIn: boolean },
): string[] {
  const { toTable, fromTable } = change;
  const helper = platform.getSchemaHelper();
  if (!helper) return [];
  const quote = (name: string) => platform.quoteIdentifier(name);
  const [table, temporary] = [quote(toTable.name), quote(`${toTable.name}__new`)];
  const [create = '', ...indexes] = helper
    .createTable(toTable)
    .map((statement) => statement.replace(/;\s*$/, ''));

  // What is worked out is worked out anew.
  const kept = toTable.getColumns().filter(({ name, generated }) => fromTable.hasColumn(name) && !generated);
  const values = kept.map((column) => {
    const wasNullable = fromTable.getColumn(column.name)?.nullable ?? false;
    const mayLack = wasNullable && !column.nullable && hasValue(column);
    return mayLack ? `coalesce(${quote(column.name)}, ${String(column.default)})` : quote(column.name);
  });
  const filled = toTable.getColumns().flatMap((column) => {
    const value =
      fillsIn && !fromTable.hasColumn(column.name) ? neutralValue(column, toTable, 'sqlite') : null;
    return value === null ? [] : [{ name: column.name, value }];
  });
  const columns = [...kept, ...filled].map(({ name }) => quote(name)).join(', ');
  const selected = [...values, ...filled.map(({ value }) => value)].join(', ');
  // By name, so that they are not taken for ones that somebody has made by hand.
  const gone = [...Object.keys(change.removedIndexes), ...Object.keys(change.renamedIndexes)];
  const dropped = gone.map((name) => `drop index ${quote(name)}`);

  return [
    ...dropped,
    create.replace(`create table ${table}`, `create table ${temporary}`),
    `insert into ${temporary} (${columns}) select ${selected} from ${table}`,
    `drop table ${table}`,
    // So that views and triggers that name the table are left as they are while it is away.
    'pragma legacy_alter_table = on',
    `alter table ${temporary} rename to ${table}`,
    'pragma legacy_alter_table = off',
    ...indexes,
  ];
}

const hasValue = ({ default: value, autoincrement, generated }: Column) =>
  (value !== undefined && value !== null && value !== 'null') || autoincrement === true || Boolean(generated);

const isWorkedOut = ({ default: value }: Column) =>
  typeof value === 'string' && /^\(|current_(timestamp|date|time)/i.test(value.trim());
