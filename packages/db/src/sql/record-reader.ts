import type { EntityProperty, EntitySchema } from '@mikro-orm/core';
import type { Database } from '../database.ts';
import type { RecordOf } from '../entities/records.ts';
import type { RawRow } from '../connection/prepared-select.ts';
import { fromJsonObject, propertiesWithin, recordName } from '../entities/embedded-objects.ts';
import { keyProperty, rowProperties } from '../entities/stored-properties.ts';

/** Selects an entity's columns and converts rows to records, without the ORM's unit of work. */
export type RecordReader<R> = {
  /** The columns, quoted and with the alias, for a SELECT. */
  columns: string;
  /** The number of columns. */
  count: number;
  /** @param start the index of the entity's first column in the row */
  read(row: RawRow, start: number): R;
};

/**
 * Creates a reader of an entity's records: plain objects by property name, with a reference as `nameId`.
 */
export function recordReader<S extends EntitySchema>(
  { orm }: Pick<Database, 'orm'>,
  entity: S,
  alias: string,
): RecordReader<RecordOf<S>> {
  const platform = orm.em.getPlatform();
  const columns: string[] = [];
  const properties = rowProperties(orm.getMetadata().get(entity.meta.class));
  const fields = createFields(
    properties.map((property) => [property.name, property]),
    columns,
    platform,
  );

  return {
    columns: columns.map((column) => `${alias}.${platform.quoteIdentifier(column)}`).join(', '),
    count: columns.length,
    // The cast: the record has the stored columns of the entity.
    read: (row, start) => readFields(fields, row, start) as RecordOf<S>,
  };
}

type Field = { name: string; read: (row: RawRow, start: number) => unknown };

type Platform = ReturnType<Database['orm']['em']['getPlatform']>;

/** @param columns receives the columns that the fields read, in their order */
function createFields(
  properties: readonly (readonly [name: string, property: EntityProperty])[],
  columns: string[],
  platform: Platform,
): Field[] {
  return properties.map(([name, property]) => ({
    name: recordName(name, property),
    read: createReader(property, columns, platform),
  }));
}

function readFields(fields: readonly Field[], row: RawRow, start: number): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, read } of fields) values[name] = read(row, start);
  return values;
}

function createReader(property: EntityProperty, columns: string[], platform: Platform): Field['read'] {
  const within = property.object ? null : propertiesWithin(property);
  if (within) {
    const fields = createFields(within, columns, platform);
    return (row, start) => {
      const object = readFields(fields, row, start);
      // As MikroORM does.
      const isMissing = property.nullable && Object.values(object).every((value) => value === null);
      return isMissing ? null : object;
    };
  }
  const first = columns.length;
  columns.push(...property.fieldNames);
  const readers = property.fieldNames.map((_, index) => {
    const convert = createConverter(property, index, platform);
    return (row: RawRow, start: number) => convert(row[start + first + index] ?? null);
  });
  const [only = () => null, ...others] = readers;
  if (others.length === 0) return only;
  // A reference to a key of several columns.
  return (row, start) => {
    const key = readers.map((read) => read(row, start));
    return key.includes(null) ? null : key;
  };
}

const asIs = (value: unknown) => value;

/** Converts times, booleans and JSON, which drivers return in different ways. */
function createConverter(
  property: EntityProperty,
  index: number,
  platform: Platform,
): (value: unknown) => unknown {
  const { customType, runtimeType } = keyProperty(property, index);
  const isDate = runtimeType === 'Date';
  if (propertiesWithin(property)) {
    return orNull((value) =>
      fromJsonObject(customType?.convertToJSValue(value, platform) ?? value, property, platform),
    );
  }
  if (customType && !isDate) return orNull((value) => customType.convertToJSValue(value, platform));
  if (customType) return orNull((value) => toDate(customType.convertToJSValue(value, platform), platform));
  if (isDate) return orNull((value) => toDate(value, platform));
  return runtimeType === 'boolean' ? orNull(Boolean) : asIs;
}

const orNull = (convert: (value: unknown) => unknown) => (value: unknown) =>
  value === null ? null : convert(value);

function toDate(value: unknown, platform: Platform): Date {
  if (value instanceof Date) return value;
  return typeof value === 'number' ? new Date(value) : platform.parseDate(String(value));
}
