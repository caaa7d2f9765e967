import type { EntitySchema } from '@mikro-orm/core';

/** Rows of a table, by the names of the entity's properties; other rows by their ids, or lists of them. Every column is given. */
export type Rows = { entity: EntitySchema; rows: readonly object[] };

/** Writes many rows of any table. */
export type RowWriter = {
  /** Adds all of them or none, in this order: what others refer to comes first. */
  insertAll(all: Iterable<Rows>): Promise<void>;
};
