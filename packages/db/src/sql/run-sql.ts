import { isMissingTable } from '../database-error.ts';
import type { Database } from '../database.ts';

export type Row = Record<string, unknown>;

/** Runs a statement without entities. @param transaction the transaction of the statement, if any */
export const runSql = (
  { orm }: Pick<Database, 'orm'>,
  sql: string,
  values: unknown[] = [],
  transaction?: object,
): Promise<Row[]> => orm.em.getConnection().execute(sql, values, 'all', transaction);

/** Quotes a name for the engine of the database. */
export const quoteName = ({ orm }: Pick<Database, 'orm'>, name: string): string =>
  orm.em.getPlatform().quoteIdentifier(name);

/** Counts the rows of a table; null when the table does not exist. */
export async function countRows(database: Pick<Database, 'orm'>, table: string): Promise<number | null> {
  try {
    const [row] = await runSql(database, `select count(*) as count from ${quoteName(database, table)}`);
    return Number(row?.['count']);
  } catch (error) {
    if (isMissingTable(error)) return null;
    throw error;
  }
}
