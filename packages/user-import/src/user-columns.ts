import type { EntityProperty } from '@mikro-orm/core';
import { identityKeyProperties, User, type Database } from '@latchkey/db';
import { storedProperties } from '@latchkey/db/sql';

/** The type of a column's values. */
export type ColumnType = 'text' | 'time' | 'boolean' | 'number' | 'bigint' | 'bytes' | 'json';

/** A column of the users table that is exported and imported. */
export type UserColumn = {
  /** In the database and in files: `password_changed_at`. */
  name: string;
  /** The property of the entity: `passwordChangedAt`. */
  property: string;
  /** Its name in a record, which for a reference is that of the key: `teamId`. */
  recordName: string;
  type: ColumnType;
  maxLength: number | null;
  isNullable: boolean;
  /** Neither null nor filled by a default or a hook of the entity. */
  isRequired: boolean;
};

/** All columns of `User` except the computed keys, in the order of the entity. A column that is added to it is one of them. */
export function userColumns({ orm }: Pick<Database, 'orm'>): UserColumn[] {
  const computed: readonly string[] = identityKeyProperties;
  return storedProperties(orm.getMetadata(User))
    .filter(({ name }) => !computed.includes(name))
    .map((property): UserColumn => {
      const { name, fieldNames, targetMeta, length, nullable, onCreate, default: value } = property;
      return {
        name: fieldNames[0] ?? name,
        property: name,
        recordName: targetMeta ? `${name}Id` : name,
        type: typeOf(targetMeta?.getPrimaryProp() ?? property),
        maxLength: length ?? null,
        isNullable: nullable === true,
        isRequired: !nullable && !onCreate && value === undefined,
      };
    });
}

function typeOf({
  runtimeType,
  columnTypes,
}: Pick<EntityProperty, 'runtimeType' | 'columnTypes'>): ColumnType {
  switch (runtimeType) {
    case 'Date':
      return 'time';
    case 'boolean':
      return 'boolean';
    case 'number':
      return 'number';
    case 'bigint':
      return 'bigint';
    case 'Buffer':
    case 'Uint8Array':
      return 'bytes';
    case 'string':
      return columnTypes[0]?.startsWith('json') ? 'json' : 'text';
    default:
      return 'json';
  }
}

/** How values are written to JSON and CSV, and read back exactly. Null stays null. */
export const jsonForms: Record<
  ColumnType,
  { encode(value: unknown): unknown; decode(value: unknown): unknown }
> = {
  text: asIs(),
  boolean: asIs(),
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
