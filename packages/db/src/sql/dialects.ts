/** Quotes names and string literals for an engine. */
export type Dialect = { name: (name: string) => string; text: (text: string) => string };

/** PostgreSQL and SQLite follow the SQL standard. */
export const standardSql: Dialect = {
  name: (name) => `"${name.replaceAll('"', '""')}"`,
  text: (text) => `'${text.replaceAll("'", "''")}'`,
};

export const mysqlSql: Dialect = {
  name: (name) => `\`${name.replaceAll('`', '``')}\``,
  text: (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`,
};
