import type { EntitySchema } from '@mikro-orm/core';

/** Complete rows of a table, by property name. References are keys, or arrays for keys of several columns. */
export type Rows = { entity: EntitySchema; rows: readonly object[] };

/** Writes large numbers of rows to any table. */
export type RowWriter = {
  /**
   * Inserts all rows in the given order, in one transaction. Referenced rows have to come first.
   * @throws UniqueConstraintViolationException
   */
  insertAll(all: Iterable<Rows>): Promise<void>;
};
