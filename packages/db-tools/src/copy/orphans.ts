import type { Database } from '@latchkey/db';
import { runSql, quoteName } from '@latchkey/db/sql';
import type { Reference, Table } from './tables.ts';

/** Rows that refer to missing rows. */
export type Orphans = { table: string; column: string; refersTo: string; rows: number };

/** Finds rows with invalid references, for every reference of the entities, with or without a foreign key. */
export async function findOrphans(database: Database, tables: readonly Table[]): Promise<Orphans[]> {
  const found: Orphans[] = [];
  for (const table of tables) {
    for (const reference of table.references) {
      const rows = await countOrphans(database, table, reference);
      const column = reference.columns.join(', ');
      if (rows > 0) found.push({ table: table.name, column, refersTo: reference.table, rows });
    }
  }
  return found;
}

async function countOrphans(
  database: Database,
  table: Table,
  { columns, table: target, targetColumns }: Reference,
): Promise<number> {
  const name = (unquoted: string) => quoteName(database, unquoted);
  const isSet = columns.map((column) => `a.${name(column)} is not null`).join(' and ');
  const matches = columns
    .map((column, index) => `b.${name(targetColumns[index] ?? '')} = a.${name(column)}`)
    .join(' and ');
  const [row] = await runSql(
    database,
    `select count(*) as orphans from ${name(table.name)} a where ${isSet} ` +
      `and not exists (select 1 from ${name(target)} b where ${matches})`,
  );
  return Number(row?.['orphans']);
}
