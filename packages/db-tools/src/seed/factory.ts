import type { EntitySchema } from '@mikro-orm/core';
import type { RowOf } from '@latchkey/db/sql';
import type { Faker } from '@faker-js/faker';
import type { Person } from './people.ts';

/** The context in which a factory makes a row. */
export type FactoryContext = {
  /** Generates random values, which the seed number determines. */
  faker: Faker;
  /** Generates a person with a unique user name and address. */
  person: () => Person;
  now: Date;
  /** Returns the given id, or makes a row of the entity and returns its id. */
  idOf: (entity: EntitySchema, given: string | null | undefined) => string;
};

/** Makes valid, unique and realistic rows of a table. Columns that it leaves out get their default, or null. */
export type Factory<
  S extends EntitySchema = EntitySchema,
  Row extends Partial<RowOf<S>> = Partial<RowOf<S>>,
> = {
  entity: S;
  /** @param given values that replace those of the result; other values may depend on them */
  make(context: FactoryContext, given: Partial<RowOf<S>>): Row;
};

/** Defines a factory. The file has to be in the folder `factories`, where it is found. */
export function defineFactory<S extends EntitySchema, Row extends Partial<RowOf<S>>>(
  entity: S,
  make: Factory<S, Row>['make'],
): Factory<S, Row> {
  return { entity, make };
}
