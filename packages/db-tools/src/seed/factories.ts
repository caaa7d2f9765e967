import type { EntitySchema } from '@mikro-orm/core';
import type { Database } from '@latchkey/db';
import type { Factory, FactoryContext } from './factory.ts';
import { findFactories } from './find-factories.ts';
import { openRowWriter, createRowCompleter, type RowOf, type Rows } from '@latchkey/db/sql';
import { createPerson } from './people.ts';
import { createFaker } from './random-data.ts';

export { defineFactory, type Factory, type FactoryContext } from './factory.ts';
export { hexId, createIdAt, timeBetween } from './random-data.ts';

/** Makes rows for tests, valid and unique within one instance. */
export type Factories = {
  /**
   * Adds a row and the rows that it references: a session without a user gets one.
   * @param given values of the row; the others are generated
   * @returns the row as stored
   */
  add: <S extends EntitySchema>(entity: S, given?: Partial<RowOf<S>>) => Promise<RowOf<S>>;
  /** Adds several rows with the same given values. */
  addMany: <S extends EntitySchema>(
    entity: S,
    count: number,
    given?: Partial<RowOf<S>>,
  ) => Promise<RowOf<S>[]>;
};

export type FactoryOptions = {
  /** The same number generates the same rows. */
  seedNumber?: number;
  now?: Date;
};

/** Opens factories for all tables of a database with the current schema. */
export async function openFactories(
  database: Database,
  { seedNumber = 1, now = new Date() }: FactoryOptions = {},
): Promise<Factories> {
  const writer = await openRowWriter(database);
  const make = makeRows(database, await findFactories(), { seedNumber, now });

  const addMany: Factories['addMany'] = async (entity, count, given = {}) => {
    const rows: Rows[] = [];
    const made = Array.from({ length: count }, () => make(entity, given, rows));
    await writer.insertAll(rows);
    return made;
  };
  return {
    addMany,
    async add(entity, given) {
      const [row] = await addMany(entity, 1, given);
      if (!row) throw new Error('The factory made no row.');
      return row;
    },
  };
}

type Make = <S extends EntitySchema>(entity: S, given: Partial<RowOf<S>>, rows: Rows[]) => RowOf<S>;

/** Returns a function that makes a row and appends it to `rows`, after the rows that it references. */
function makeRows(
  database: Database,
  factories: ReadonlyMap<EntitySchema, Factory>,
  { seedNumber, now }: Required<FactoryOptions>,
): Make {
  const faker = createFaker(seedNumber);
  const complete = createRowCompleter(database);
  let people = 0;

  const make: Make = (entity, given, rows) => {
    const factory = factoryOf(entity, factories);
    const idOf: FactoryContext['idOf'] = (other, id) => id ?? idIn(make(other, {}, rows));
    const made = factory.make({ faker, person: () => createPerson(faker, people++), now, idOf }, given);
    const row = complete(entity, { ...made, ...given });
    rows.push({ entity, rows: [row] });
    return row;
  };
  return make;
}

function factoryOf<S extends EntitySchema>(
  entity: S,
  factories: ReadonlyMap<EntitySchema, Factory>,
): Factory<S> {
  const factory = factories.get(entity);
  if (!factory) {
    throw new Error(
      `${entity.meta.className} has no factory. Add one in packages/db-tools/src/seed/factories.`,
    );
  }
  // The cast: the key of each factory is its own entity.
  return factory as unknown as Factory<S>;
}

function idIn(row: object): string {
  if (!('id' in row) || typeof row.id !== 'string') throw new Error('A referenced row needs a string id.');
  return row.id;
}
