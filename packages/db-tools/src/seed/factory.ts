import type { Collection, EntitySchema, InferEntity, Primary } from '@mikro-orm/core';
import type { Random } from './random.ts';

type Scalar = string | number | boolean | Date | null;

/** The type of a column's value: the primary key for a reference. */
type ColumnOf<V> = V extends undefined ? never : V extends Scalar ? V : Primary<V>;

/** A complete row of an entity's table, without the entity's collections. */
export type RowOf<S extends EntitySchema> = {
  [K in StoredKey<InferEntity<S>>]-?: ColumnOf<InferEntity<S>[K]>;
};

type StoredKey<E> = { [K in keyof E]-?: E[K] extends Collection<object> ? never : K }[keyof E] & string;

/** The context in which a factory makes a row. */
export type Making = {
  /** The position of the row in its table, from 0, for unique values. */
  index: number;
  /** The number that determines all random values. */
  seedNumber: number;
  random: Random;
  now: Date;
  /** Returns the given id, or makes a row of the entity and returns its id. */
  idOf: (entity: EntitySchema, given: string | null | undefined) => string;
};

/** Makes valid, unique and realistic rows of a table. */
export type Factory<S extends EntitySchema = EntitySchema> = {
  entity: S;
  /** @param given values that replace those of the result; other values may depend on them */
  make(making: Making, given: Partial<RowOf<S>>): RowOf<S>;
};

/** Defines a factory. The file has to be in the folder `factories`, where it is found. */
export function defineFactory<S extends EntitySchema>(entity: S, make: Factory<S>['make']): Factory<S> {
  return { entity, make };
}
