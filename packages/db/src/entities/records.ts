import type {
  Collection,
  EntitySchema,
  Hidden,
  InferEntity,
  Opt,
  Primary,
  PrimaryKeyProp,
  Reference,
} from '@mikro-orm/core';
import type { Database } from '../database.ts';
import { recordName, toPlain } from './embedded-objects.ts';
import { rowProperties } from './stored-properties.ts';

type Scalar = string | number | bigint | boolean | Date | null;

/** Entities have a primary key; embedded objects, JSON, arrays and bytes have none. */
type IsReference<V> =
  V extends Reference<object>
    ? true
    : typeof PrimaryKeyProp extends keyof V
      ? [Required<V>[typeof PrimaryKeyProp & keyof V]] extends [never]
        ? false
        : true
      : false;

/** The value of a column; for a reference, the key of the other row. */
type ColumnOf<V> = V extends undefined
  ? never
  : V extends Scalar
    ? Unbranded<V>
    : IsReference<V> extends true
      ? Unbranded<Primary<V>>
      : V;

/** MikroORM marks the types of optional and hidden properties. */
type Unbranded<V> = V extends infer T & Opt.Brand ? WithoutHidden<T> : WithoutHidden<V>;
type WithoutHidden<V> = V extends infer T & Hidden.Brand ? T : V;

/** The properties that are columns: collections are stored in other tables. */
type StoredKey<E> = { [K in keyof E]-?: E[K] extends Collection<object> ? never : K }[keyof E] & string;

/** A complete row of an entity's table, by the names of its properties, as it is inserted. */
export type RowOf<S extends EntitySchema> = {
  [K in StoredKey<InferEntity<S>>]-?: ColumnOf<InferEntity<S>[K]>;
};

type RecordName<E, K extends keyof E & string> = true extends IsReference<NonNullable<E[K]>> ? `${K}Id` : K;

/** A row as a plain object: null for no value, a reference as `nameId`. */
export type RecordOf<S extends EntitySchema> = {
  [K in StoredKey<InferEntity<S>> as RecordName<InferEntity<S>, K>]-?: ColumnOf<InferEntity<S>[K]>;
};

/** Returns a function that copies an instance of an entity to a plain record. */
export function recordMapper<S extends EntitySchema>(
  { orm }: Pick<Database, 'orm'>,
  entity: S,
): (instance: InferEntity<S>) => RecordOf<S> {
  const properties = rowProperties(orm.getMetadata().get(entity.meta.class)).map((property) => ({
    property,
    name: recordName(property.name, property),
  }));
  return (instance) => {
    // The casts: instance and record have the stored properties of the entity.
    const values = instance as Record<string, unknown>;
    const record: Record<string, unknown> = {};
    for (const { property, name } of properties) record[name] = toPlain(values[property.name], property);
    return record as RecordOf<S>;
  };
}
