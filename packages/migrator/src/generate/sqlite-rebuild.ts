import type { AbstractSqlPlatform, Column, TableDifference } from '@mikro-orm/sqlite';
import { neutralValue } from './neutral-value.ts';

/** Whether SQLite must rebuild the table for this change. */
export function needsRebuild(change: TableDifference): boolean {
  const { changedColumns, addedForeignKeys, removedForeignKeys, changedForeignKeys } = change;
  const { addedChecks, removedChecks, changedChecks } = change;
  const touched = [changedColumns, addedForeignKeys, removedForeignKeys, changedForeignKeys];
  if ([...touched, addedChecks, removedChecks, changedChecks].some((part) => Object.keys(part).length > 0)) {
    return true;
  }
  // SQLite cannot add a required column without a default, or with an expression as its default.
  return Object.values(change.addedColumns).some(
    (column) => (!column.nullable && !hasValue(column)) || hasExpressionDefault(column),
  );
}

/**
 * Replaces a table by a new one with its rows (SQLite, "Making Other Kinds Of Table Schema Changes"). Foreign keys are
 * disabled while migrations run. Triggers and indexes that no migration created are restored by `restoreIndexesAndTriggers`.
 * @param options.fillsIn whether required columns without a default get a neutral value in existing rows
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

  // Generated columns are computed again.
  const kept = toTable.getColumns().filter(({ name, generated }) => fromTable.hasColumn(name) && !generated);
  const values = kept.map((column) => {
    const wasNullable = fromTable.getColumn(column.name)?.nullable ?? false;
    const mayBeNull = wasNullable && !column.nullable && hasValue(column);
    return mayBeNull ? `coalesce(${quote(column.name)}, ${String(column.default)})` : quote(column.name);
  });
  const filled = toTable.getColumns().flatMap((column) => {
    const value =
      fillsIn && !fromTable.hasColumn(column.name) ? neutralValue(column, toTable, 'sqlite') : null;
    return value === null ? [] : [{ name: column.name, value }];
  });
  const columns = [...kept, ...filled].map(({ name }) => quote(name)).join(', ');
  const selected = [...values, ...filled.map(({ value }) => value)].join(', ');
  // Dropped by name, so that they are not restored like indexes that were created by hand.
  const removed = [...Object.keys(change.removedIndexes), ...Object.keys(change.renamedIndexes)];
  const dropped = removed.map((name) => `drop index ${quote(name)}`);

  return [
    ...dropped,
    create.replace(`create table ${table}`, `create table ${temporary}`),
    `insert into ${temporary} (${columns}) select ${selected} from ${table}`,
    `drop table ${table}`,
    // Keeps views and triggers that name the table unchanged during the rename.
    'pragma legacy_alter_table = on',
    `alter table ${temporary} rename to ${table}`,
    'pragma legacy_alter_table = off',
    ...indexes,
  ];
}

const hasValue = ({ default: value, autoincrement, generated }: Column) =>
  (value !== undefined && value !== null && value !== 'null') || autoincrement === true || Boolean(generated);

const hasExpressionDefault = ({ default: value }: Column) =>
  typeof value === 'string' && /^\(|current_(timestamp|date|time)/i.test(value.trim());
