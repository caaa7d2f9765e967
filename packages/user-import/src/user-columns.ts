import type { EntityProperty } from '@mikro-orm/core';
import { internalUserProperties, User, type Database } from '@latchkey/db';
import { keyProperty, pathOf, recordName, setValueAt, storedProperties, valueAt } from '@latchkey/db/sql';
import { UserImportError } from './user-import-error.ts';

/** The type of a column's values. */
export type ColumnType =
  'text' | 'date' | 'decimal' | 'time' | 'boolean' | 'integer' | 'number' | 'bigint' | 'bytes' | 'json';

/** A column of the users table that is exported and imported. */
export type UserColumn = {
  /** In the database and in files: `password_changed_at`. */
  name: string;
  type: ColumnType;
  maxLength: number | null;
  /** The values of an enum; null for other columns. */
  choices: readonly unknown[] | null;
  isNullable: boolean;
  /** Neither null nor filled by a default or a hook of the entity. */
  isRequired: boolean;
  /** The columns of the same reference, when its key has several: all of them have a value, or none. */
  together: readonly string[];
  /** The value in a record of the user. */
  valueIn: (record: object) => unknown;
  /** The value in a row, in which a reference has the name of its property. */
  valueInRow: (row: object) => unknown;
  setInRow: (row: Record<string, unknown>, value: unknown) => void;
};

/** All columns of `User` except the computed keys, in the order of the entity. A column that is added to it is one of them. */
export function userColumns({ orm, engine }: Pick<Database, 'orm' | 'engine'>): UserColumn[] {
  const computed: readonly string[] = internalUserProperties;
  const meta = orm.getMetadata().get<object>(User.meta.class);
  return storedProperties(meta)
    .filter(({ name }) => !computed.includes(name))
    .flatMap((property) => columnsOf(property, pathOf(meta, property)))
    .map((column) => (engine === 'sqlite' && column.type === 'bigint' ? withExactIntegers(column) : column));
}

function columnsOf(property: EntityProperty, path: readonly string[]): UserColumn[] {
  const { name, fieldNames, length, nullable, onCreate, default: value } = property;
  const isNullable = nullable === true;
  const recordPath = path.with(-1, recordName(path.at(-1) ?? name, property));
  const part = (index: number) => (all: unknown) =>
    // The cast: the values of a key of several columns are an array.
    fieldNames.length > 1 ? ((all as readonly unknown[] | null | undefined)?.[index] ?? null) : all;

  return fieldNames.map((column, index) => ({
    name: column,
    type: typeOf(property.object ? property : keyProperty(property, index), property.columnTypes[index]),
    maxLength: length ?? keyProperty(property, index).length ?? null,
    choices: property.items ?? null,
    isNullable,
    isRequired: !isNullable && !onCreate && value === undefined,
    together: fieldNames.length > 1 ? fieldNames : [],
    valueIn: (record) => part(index)(valueAt(record, recordPath)),
    valueInRow: (row) => part(index)(valueAt(row, path)),
    setInRow(row, given) {
      // An embedded object without any value is left out.
      if (given === null && path.length > 1) return;
      if (fieldNames.length === 1 || given === null) {
        setValueAt(row, path, given);
        return;
      }
      // The cast: as above.
      const key = (valueAt(row, path) ?? []) as readonly unknown[];
      setValueAt(
        row,
        path,
        Array.from(fieldNames, (_, at) => (at === index ? given : (key[at] ?? null))),
      );
    },
  }));
}

/** The ORM reads integers from SQLite as floating-point numbers, which are exact up to 2⁵³ only. */
function withExactIntegers(column: UserColumn): UserColumn {
  return {
    ...column,
    valueIn(record) {
      const value = column.valueIn(record);
      if (typeof value !== 'bigint' || Number.isSafeInteger(Number(value))) return value;
      throw new UserImportError(
        'inexact_number',
        `The column ${column.name} has a number beyond 2^53, which cannot be read exactly from SQLite. Nothing complete was written. ` +
          'Use pnpm db backup or pnpm db copy, which keep it, or store it as text.',
      );
    },
  };
}

function typeOf({ runtimeType }: EntityProperty, columnType = ''): ColumnType {
  switch (runtimeType) {
    case 'Date':
      return 'time';
    case 'boolean':
      return 'boolean';
    case 'number':
      return /int|serial/.test(columnType) ? 'integer' : 'number';
    case 'bigint':
      return 'bigint';
    case 'Buffer':
    case 'Uint8Array':
      return 'bytes';
    case 'string':
      return textTypes.find(([pattern]) => pattern.test(columnType))?.[1] ?? 'text';
    default:
      return 'json';
  }
}

/** Types whose values are strings in JavaScript, by their type in SQL. */
const textTypes: readonly [RegExp, ColumnType][] = [
  [/^json/, 'json'],
  [/^date$/, 'date'],
  [/^(numeric|decimal)/, 'decimal'],
];

/** How values are written to JSON and CSV, and read back exactly. Null stays null. */
export const jsonForms: Record<
  ColumnType,
  { encode(value: unknown): unknown; decode(value: unknown): unknown }
> = {
  text: asIs(),
  date: asIs(),
  decimal: asIs(),
  boolean: asIs(),
  integer: asIs(),
  number: asIs(),
  json: asIs(),
  time: {
    encode: (value) => (value instanceof Date ? value.toISOString() : null),
    decode: (value) => (typeof value === 'string' ? new Date(value) : null),
  },
  bigint: {
    encode: (value) => (typeof value === 'bigint' ? String(value) : null),
    decode: (value) => (typeof value === 'string' ? BigInt(value) : null),
  },
  bytes: {
    encode: (value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : null),
    decode: (value) => (typeof value === 'string' ? Buffer.from(value, 'base64') : null),
  },
};

function asIs() {
  return { encode: (value: unknown) => value, decode: (value: unknown) => value };
}
