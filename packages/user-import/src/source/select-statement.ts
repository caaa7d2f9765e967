import type { Dialect } from '@latchkey/db/sql';
import type { Selection } from '../system.ts';

/** Builds the query for a selection in the engine's dialect. */
export function selectStatement({ table, columns, key, joined }: Selection, { name, text }: Dialect): string {
  const own = columns.map((column) => `u.${name(column)}`);
  const order = key === null ? '' : ` order by u.${name(key)}`;
  if (!joined || key === null) return `select ${own.join(', ')} from ${name(table)} u${order}`;

  const added = joined.columns.map((column) => `j.${name(column)}`);
  const only = joined.only && `j.${name(joined.only.column)} = ${text(joined.only.value)}`;
  // Sign-in methods without a password are rows of the same table.
  const hasValue = joined.columns.map((column) => `j.${name(column)} is not null`);
  const on = [`j.${name(joined.owner)} = u.${name(key)}`, ...(only ? [only] : []), ...hasValue];
  return (
    `select ${[...own, ...added].join(', ')} from ${name(table)} u ` +
    `left join ${name(joined.table)} j on ${on.join(' and ')}${order}`
  );
}

/** The number of rows in a batch. */
export const fetchSize = 500;

/** Groups rows of an engine's catalog, each a table name and a column name, by table. */
export function groupByTable(rows: Iterable<readonly unknown[]>): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  for (const [table, column] of rows) {
    const name = String(table);
    tables.set(name, [...(tables.get(name) ?? []), String(column)]);
  }
  return tables;
}
