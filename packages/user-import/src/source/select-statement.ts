import type { Dialect } from '@latchkey/db/sql';
import type { RolesSelection, Selection } from '../system.ts';

/** Builds the query for a selection in the engine's dialect. */
export function selectStatement(selection: Selection, dialect: Dialect): string {
  const { table, columns, key, joined, roles } = selection;
  const { name, text } = dialect;
  const own = columns.map((column) => `u.${name(column)}`);
  const order = key === null ? '' : ` order by u.${name(key)}`;
  const isAdmin = roles && key !== null ? [adminExpression(roles, key, dialect)] : [];
  if (!joined || key === null)
    return `select ${[...own, ...isAdmin].join(', ')} from ${name(table)} u${order}`;

  const added = joined.columns.map((column) => `j.${name(column)}`);
  const only = joined.only && `j.${name(joined.only.column)} = ${text(joined.only.value)}`;
  // Sign-in methods without a password are rows of the same table.
  const hasValue = joined.columns.map((column) => `j.${name(column)} is not null`);
  const on = [`j.${name(joined.owner)} = u.${name(key)}`, ...(only ? [only] : []), ...hasValue];
  return (
    `select ${[...own, ...added, ...isAdmin].join(', ')} from ${name(table)} u ` +
    `left join ${name(joined.table)} j on ${on.join(' and ')}${order}`
  );
}

/** 1 for users with an administrator's role, otherwise 0. */
function adminExpression(
  { table, id, name: roleName, admins, link, column }: RolesSelection,
  key: string,
  { name, text }: Dialect,
): string {
  const plain = `replace(replace(replace(lower(r.${name(roleName)}), 'role_', ''), '_', ''), '-', '')`;
  const isAdmin = `(${plain} in (${admins.map(text).join(', ')}) or r.${name(roleName)} in (${admins.map(text).join(', ')}))`;
  const of = link
    ? `${name(link.table)} l join ${name(table)} r on r.${name(id)} = l.${name(link.role)} where l.${name(link.user)} = u.${name(key)}`
    : `${name(table)} r where r.${name(id)} = u.${name(column ?? '')}`;
  return `case when exists (select 1 from ${of} and ${isAdmin}) then 1 else 0 end`;
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
