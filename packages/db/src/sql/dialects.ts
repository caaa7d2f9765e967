/** How an engine writes names and texts. */
export type Dialect = { name: (name: string) => string; text: (text: string) => string };

/** PostgreSQL and SQLite write them as in the standard. */
export const standardSql: Dialect = {
  name: (name) => `"${name.replaceAll('"', '""')}"`,
  text: (text) => `'${text.replaceAll("'", "''")}'`,
};

export const mysqlSql: Dialect = {
  name: (name) => `\`${name.replaceAll('`', '``')}\``,
  text: (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`,
};
