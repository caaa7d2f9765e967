/** Converts a value to the type in which MikroORM stores it: SQLite has neither times nor booleans. */
export function toSqlite(value: string | boolean | Date | null): string | number | null {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'boolean' ? Number(value) : value;
}

/** Converts a time as SQLite stores it. */
export const fromSqliteTime = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
