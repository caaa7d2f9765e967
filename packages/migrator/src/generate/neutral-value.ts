import type { Column, DatabaseTable } from '@mikro-orm/sqlite';
import type { Engine } from '@latchkey/db';

/**
 * The value, in SQL, of a required column without a default that a downgrade restores in existing rows: the empty value of
 * its type. Null for a foreign key, which has no such value.
 */
export function neutralValue(column: Column, table: DatabaseTable, engine: Engine): string | null {
  const isForeignKey = Object.values(table.getForeignKeys()).some((key) =>
    key.columnNames.includes(column.name),
  );
  if (isForeignKey || !isRequiredWithoutValue(column)) return null;
  const [first] = column.enumItems ?? [];
  if (first !== undefined) return `'${first.replaceAll("'", "''")}'`;

  const type = column.type.toLowerCase();
  const [, value = "''"] = byType[engine].find(([pattern]) => pattern.test(type)) ?? [];
  return value;
}

const isRequiredWithoutValue = ({ nullable, default: value, autoincrement, primary, generated }: Column) =>
  !nullable && (value === null || value === undefined) && !autoincrement && !primary && !generated;

type ValueOfType = [type: RegExp, value: string];

const numbers: ValueOfType = [/int|serial|numeric|decimal|real|double|float/, '0'];
const date: ValueOfType = [/^date$/, "'1970-01-01'"];

const byType: Record<Engine, ValueOfType[]> = {
  // Times are stored as milliseconds since 1970.
  sqlite: [numbers, [/bool/, '0'], date, [/time/, '0'], [/json/, "'{}'"], [/blob/, "x''"]],
  postgresql: [
    [/bool/, 'false'],
    [/^interval/, "'0'"],
    numbers,
    date,
    [/^timestamp/, "'1970-01-01 00:00:00'"],
    [/^time/, "'00:00:00'"],
    [/json/, "'{}'"],
    [/uuid/, "'00000000-0000-0000-0000-000000000000'"],
  ],
  mysql: [
    numbers,
    date,
    [/^(datetime|timestamp)/, "'1970-01-01 00:00:01'"],
    [/^time/, "'00:00:00'"],
    // These types accept only an expression as a default.
    [/json/, "('{}')"],
    [/text|blob/, "('')"],
  ],
};
