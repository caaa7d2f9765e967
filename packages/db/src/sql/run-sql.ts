import { isMissingTable } from '../database-error.ts';
import type { Database } from '../database.ts';

export type Row = Record<string, unknown>;

/** Asks something of a database that no entity knows. @param transaction what it is part of, if anything */
export const runSql = (
  { orm }: Pick<Database, 'orm'>,
  sql: string,
  values: unknown[] = [],
  transaction?: object,
): Promise<Row[]> => orm.em.getConnection().execute(sql, values, 'all', transaction);

/** A name as the database's engine writes it. */
export const quoteName = ({ orm }: Pick<Database, 'orm'>, name: string): string =>
  orm.em.getPlatform().quoteIdentifier(name);

/** How many rows a table has; null when there is no such table. */
export async function countRows(database: Pick<Database, 'orm'>, table: string): Promise<number | null> {
  try {
    const [row] = await runSql(database, `select count(*) as count from ${quoteName(database, table)}`);
    return Number(row?.['count']);
  } catch (error) {
    if (isMissingTable(error)) return null;
    throw error;
  }
}
