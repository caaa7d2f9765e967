import type { EntityProperty, EntitySchema } from '@mikro-orm/core';
import type { Database } from '../database.ts';
import type { RecordOf } from '../entities/records.ts';
import type { RawRow } from '../connection/prepared-select.ts';
import { storedProperties } from '../entities/stored-properties.ts';

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
  const fields = storedProperties(orm.getMetadata().get(entity.meta.class)).map((property) => ({
    name: property.targetMeta ? `${property.name}Id` : property.name,
    column: `${alias}.${platform.quoteIdentifier(property.fieldNames[0] ?? property.name)}`,
    convert: createConverter(property, platform),
  }));

  return {
    columns: fields.map(({ column }) => column).join(', '),
    count: fields.length,
    read(row, start) {
      const record: Record<string, unknown> = {};
      for (let i = 0; i < fields.length; i++) {
        const field = fields[i];
        if (field) record[field.name] = field.convert(row[start + i] ?? null);
      }
      // The cast: the record has the stored columns of the entity.
      return record as RecordOf<S>;
    },
  };
}

type Platform = ReturnType<Database['orm']['em']['getPlatform']>;

const asIs = (value: unknown) => value;

/** Converts times and booleans, which drivers return in different ways. */
function createConverter(
  { customType, runtimeType }: EntityProperty,
  platform: Platform,
): (value: unknown) => unknown {
  const isDate = runtimeType === 'Date';
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
