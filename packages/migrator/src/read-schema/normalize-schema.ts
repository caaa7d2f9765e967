import type { Column, DatabaseSchema, DatabaseTable } from '@mikro-orm/sqlite';
import type { Engine } from '@latchkey/db';
import { normalizeDefaults } from './normalize-defaults.ts';

/** Replaces forms in a live schema that differ from the target schema but have the same meaning. */
export function normalizeLiveSchema(live: DatabaseSchema, target: DatabaseSchema, engine: Engine): void {
  normalizeDefaults(live, target, engine);
  for (const table of live.getTables()) {
    const other = target.getTable(table.name);
    if (!other) continue;
    for (const column of table.getColumns()) normalizeColumn(column, other.getColumn(column.name), engine);
    normalizeIndexes(table, other);
    if (engine === 'sqlite') {
      nameChecks(table, other);
      nameForeignKeys(table, other);
    }
  }
}

function normalizeColumn(column: Column, target: Column | undefined, engine: Engine): void {
  // SQLite stores the values of an enum only as a check, which is compared too. On other engines, a check such as
  // `kind in ('red', 'blue')` is not always an enum.
  if (engine === 'sqlite' || !target?.enumItems?.length) {
    delete column.enumItems;
    if (engine === 'sqlite') delete target?.enumItems;
  }
  if (!target) return;
  // SQLite generates numbers only for the type `integer primary key`.
  if (engine === 'sqlite' && target.autoincrement) {
    Object.assign(column, { type: target.type, mappedType: target.mappedType });
  }
  // MikroORM marks a smallint key as autoincrement, but creates a column without it.
  if (engine === 'postgresql' && /^(?:smallint|int2)$/i.test(target.type) && target.primary) {
    column.autoincrement = target.autoincrement ?? false;
  }
  // An array of enum values is a text without a check. MariaDB's catalog replaces characters of four bytes with `?`.
  const isMysqlEnum = /^enum\(/i.test(target.type);
  if (engine === 'mysql' && !isMysqlEnum && target.enumItems) column.enumItems = target.enumItems;
  if (
    engine === 'mysql' &&
    isMysqlEnum &&
    withoutFourByteCharacters(target.enumItems ?? []) === withoutFourByteCharacters(column.enumItems ?? [])
  ) {
    Object.assign(column, target.enumItems?.length ? { enumItems: target.enumItems, type: target.type } : {});
  }
}

const withoutFourByteCharacters = (items: readonly string[]): string =>
  JSON.stringify(items).replace(/[\u{10000}-\u{10FFFF}]/gu, '?');

/** Not every engine returns the sort order and prefix length of an index. */
function normalizeIndexes(table: DatabaseTable, target: DatabaseTable): void {
  const indexes = table.getIndexes().map((index) => {
    const other = target.getIndex(index.keyName);
    const isSame = other?.columnNames.join() === index.columnNames.join();
    if (!other || !isSame) return index;
    const { columns: _, ...rest } = index;
    return other.columns ? { ...rest, columns: other.columns } : rest;
  });
  table.setIndexes(indexes);
}

/** The checks of a column have no names on SQLite. */
function nameChecks(table: DatabaseTable, target: DatabaseTable): void {
  const named = target.getChecks();
  table.setChecks(
    table.getChecks().map((check) => {
      if (check.columnName === undefined || named.some(({ name }) => name === check.name)) return check;
      const other = named.find(({ columnName }) => columnName === check.columnName);
      return other ? { ...check, name: other.name } : check;
    }),
  );
}

/** Foreign keys have no names on SQLite, and their deferral is not returned. */
function nameForeignKeys(table: DatabaseTable, target: DatabaseTable): void {
  const others = Object.values(target.getForeignKeys());
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
