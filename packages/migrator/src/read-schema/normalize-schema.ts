import type { Column, DatabaseSchema, DatabaseTable } from '@mikro-orm/sqlite';
import type { Engine } from '@latchkey/db';
import { normalizeDefaults } from './normalize-defaults.ts';

/** Gives what is read otherwise than it is wanted, and means the same, the words of what is wanted. */
export function normalizeLiveSchema(live: DatabaseSchema, wanted: DatabaseSchema, engine: Engine): void {
  normalizeDefaults(live, wanted, engine);
  for (const table of live.getTables()) {
    const other = wanted.getTable(table.name);
    if (!other) continue;
    for (const column of table.getColumns()) alignColumn(column, other.getColumn(column.name), engine);
    alignIndexes(table, other);
    if (engine === 'sqlite') {
      nameChecks(table, other);
      nameForeignKeys(table, other);
    }
  }
}

function alignColumn(column: Column, wanted: Column | undefined, engine: Engine): void {
  // SQLite knows values of an enum by a check alone, and that is compared as well. Elsewhere, a check of
  // `kind in ('red', 'blue')` may be somebody's own.
  if (engine === 'sqlite' || !wanted?.enumItems?.length) {
    delete column.enumItems;
    if (engine === 'sqlite') delete wanted?.enumItems;
  }
  if (!wanted) return;
  // SQLite counts rows by itself in an `integer primary key` alone, whatever numbers it is for.
  if (engine === 'sqlite' && wanted.autoincrement) {
    Object.assign(column, { type: wanted.type, mappedType: wanted.mappedType });
  }
  // MikroORM wants small numbers to count by themselves, and makes a column that does not.
  if (engine === 'postgresql' && /^(?:smallint|int2)$/i.test(wanted.type) && wanted.primary) {
    column.autoincrement = wanted.autoincrement ?? false;
  }
  // A list of such values is a text there, without a check. MariaDB's catalogue has a question mark for what takes four bytes.
  const isMysqlEnum = /^enum\(/i.test(wanted.type);
  if (engine === 'mysql' && !isMysqlEnum && wanted.enumItems) column.enumItems = wanted.enumItems;
  if (
    engine === 'mysql' &&
    isMysqlEnum &&
    inThreeBytes(wanted.enumItems ?? []) === inThreeBytes(column.enumItems ?? [])
  ) {
    Object.assign(column, wanted.enumItems?.length ? { enumItems: wanted.enumItems, type: wanted.type } : {});
  }
}

const inThreeBytes = (items: readonly string[]): string =>
  JSON.stringify(items).replace(/[\u{10000}-\u{10FFFF}]/gu, '?');

/** An order or a length in an index is not read on every engine. */
function alignIndexes(table: DatabaseTable, wanted: DatabaseTable): void {
  const indexes = table.getIndexes().map((index) => {
    const other = wanted.getIndex(index.keyName);
    const isSame = other?.columnNames.join() === index.columnNames.join();
    if (!other || !isSame) return index;
    const { columns: _, ...rest } = index;
    return other.columns ? { ...rest, columns: other.columns } : rest;
  });
  table.setIndexes(indexes);
}

/** SQLite has checks of a column without a name. */
function nameChecks(table: DatabaseTable, wanted: DatabaseTable): void {
  const named = wanted.getChecks();
  table.setChecks(
    table.getChecks().map((check) => {
      if (check.columnName === undefined || named.some(({ name }) => name === check.name)) return check;
      const other = named.find(({ columnName }) => columnName === check.columnName);
      return other ? { ...check, name: other.name } : check;
    }),
  );
}

/** SQLite has them without a name, and does not tell when they are looked at. */
function nameForeignKeys(table: DatabaseTable, wanted: DatabaseTable): void {
  const others = Object.values(wanted.getForeignKeys());
  const keys = Object.values(table.getForeignKeys()).map((key) => {
    const other = others.find(({ columnNames }) => columnNames.join() === key.columnNames.join());
    if (!other) return key;
    const { deferMode: _, ...rest } = key;
    return {
      ...rest,
      constraintName: other.constraintName,
      ...(other.deferMode !== undefined && { deferMode: other.deferMode }),
    };
  });
  table.setForeignKeys(Object.fromEntries(keys.map((key) => [key.constraintName, key])));
}
