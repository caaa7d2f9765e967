import type { EntitySchema } from '@mikro-orm/core';
import type { Database } from '@latchkey/db';
import type { Factory, Making, RowOf } from './factory.ts';
import { findFactories } from './find-factories.ts';
import { openRowWriter } from './open-row-writer.ts';
import { createRandom } from './random.ts';
import type { Rows } from './row-writer.ts';

export { defineFactory, type Factory, type Making, type RowOf } from './factory.ts';
export { personAt, type Person } from './people.ts';
export { createRandom, type Random } from './random.ts';

/** Rows for tests, each valid and unique within one of these. */
export type Factories = {
  /**
   * Adds a row, and whatever other rows it needs: a session without a user gets one.
   * @param given what it is to be like
   * @returns the row as it was stored
   */
  add: <S extends EntitySchema>(entity: S, given?: Partial<RowOf<S>>) => Promise<RowOf<S>>;
  /** The same so many times. */
  addMany: <S extends EntitySchema>(
    entity: S,
    count: number,
    given?: Partial<RowOf<S>>,
  ) => Promise<RowOf<S>[]>;
};

export type FactoryOptions = {
  /** The same number makes the same rows. */
  seedNumber?: number;
  now?: Date;
};

/** Makes rows for every table of a database, whose schema has to be there. */
export async function openFactories(
  database: Database,
  { seedNumber = 1, now = new Date() }: FactoryOptions = {},
): Promise<Factories> {
  const writer = await openRowWriter(database);
  const make = makeRows(await findFactories(), { seedNumber, now });

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
      if (!row) throw new Error('One row was asked for, and none was made.');
      return row;
    },
  };
}

type Make = <S extends EntitySchema>(entity: S, given: Partial<RowOf<S>>, rows: Rows[]) => RowOf<S>;

/** @returns what makes a row and notes it in `rows`, behind those that it needs */
export function makeRows(
  factories: ReadonlyMap<EntitySchema, Factory>,
  { seedNumber, now }: Required<FactoryOptions>,
): Make {
  const places = new Map([...factories.keys()].map((entity, place) => [entity, place]));
  const counts = new Map<EntitySchema, number>();

  const make: Make = (entity, given, rows) => {
    const factory = factoryOf(entity, factories);
    const index = counts.get(entity) ?? 0;
    counts.set(entity, index + 1);
    const random = createRandom(seedNumber, index, 1000 + (places.get(entity) ?? 0));
    const idOf: Making['idOf'] = (other, id) => id ?? idIn(make(other, {}, rows));
    const row = { ...factory.make({ index, seedNumber, now, random, idOf }, given), ...given };
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
      `${entity.meta.className} has no factory: add one in packages/db-tools/src/seed/factories.`,
    );
  }
  // The cast: the map has each factory under its own entity.
  return factory as unknown as Factory<S>;
}

function idIn(row: object): string {
  if (!('id' in row) || typeof row.id !== 'string') throw new Error('Only a row with an id can be needed.');
  return row.id;
}
