import type { Dialect } from '@latchkey/db/sql';
import type { RowsToRead } from './source-database.ts';

export function selectRows({ table, columns, key, joined }: RowsToRead, { name, text }: Dialect): string {
  const own = columns.map((column) => `u.${name(column)}`);
  const order = key === null ? '' : ` order by u.${name(key)}`;
  if (!joined || key === null) return `select ${own.join(', ')} from ${name(table)} u${order}`;

  const added = joined.columns.map((column) => `j.${name(column)}`);
  const only = joined.only && `j.${name(joined.only.column)} = ${text(joined.only.value)}`;
  // Ways to sign in that have no password are rows of the same table.
  const hasValue = joined.columns.map((column) => `j.${name(column)} is not null`);
  const on = [`j.${name(joined.owner)} = u.${name(key)}`, ...(only ? [only] : []), ...hasValue];
  return (
    `select ${[...own, ...added].join(', ')} from ${name(table)} u ` +
    `left join ${name(joined.table)} j on ${on.join(' and ')}${order}`
  );
}

/** How many rows are fetched at a time. */
export const fetchSize = 500;

/** One name and one column a row, in the order of the columns, as an engine's catalogue has them. */
export function byTable(rows: Iterable<readonly unknown[]>): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  for (const [table, column] of rows) {
    const name = String(table);
    tables.set(name, [...(tables.get(name) ?? []), String(column)]);
  }
  return tables;
}
