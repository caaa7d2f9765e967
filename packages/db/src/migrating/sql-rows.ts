import type { Database } from '../database.ts';

export type Row = Record<string, unknown>;

/** What a statement gives. @param transaction what it is part of, if anything */
export function sqlRows(
  { orm }: Pick<Database, 'orm'>,
  sql: string,
  values: unknown[] = [],
  transaction?: object,
): Promise<Row[]> {
  return orm.em.getConnection().execute(sql, values, 'all', transaction);
}
