import type { Collection, EntitySchema, InferEntity, Primary } from '@mikro-orm/core';
import type { Random } from './random.ts';

type Scalar = string | number | boolean | Date | null;

/** What stands in a column: of another row, its key. */
type ColumnOf<V> = V extends undefined ? never : V extends Scalar ? V : Primary<V>;

/** A row of an entity's table, whole. What the entity collects of other tables is not in it. */
export type RowOf<S extends EntitySchema> = {
  [K in StoredKey<InferEntity<S>>]-?: ColumnOf<InferEntity<S>[K]>;
};

type StoredKey<E> = { [K in keyof E]-?: E[K] extends Collection<object> ? never : K }[keyof E] & string;

/** What a factory has at hand. */
export type Making = {
  /** Which row of its table it is, from 0 on: for what has to be unique. */
  index: number;
  /** The number that everything is made from. */
  seedNumber: number;
  random: Random;
  now: Date;
  /** The id of what was given; else of another row, which is made for this one. */
  idOf: (entity: EntitySchema, given: string | null | undefined) => string;
};

/** Makes rows of a table that are valid, unique and look like real ones. */
export type Factory<S extends EntitySchema = EntitySchema> = {
  entity: S;
  /** @param given what the row will have all the same: here for what follows from it */
  make(making: Making, given: Partial<RowOf<S>>): RowOf<S>;
};

/** A factory, in a file of `factories`: it is found there. */
export function defineFactory<S extends EntitySchema>(entity: S, make: Factory<S>['make']): Factory<S> {
  return { entity, make };
}
