import type { ImportedUser } from '../import-row.ts';
import { jsonForms, type UserColumn } from '../user-columns.ts';

/** Encodes the properties of a user as a JSON array, in the order of the columns. */
export function encodeProperties(
  user: Readonly<Record<string, unknown>>,
  columns: readonly UserColumn[],
): string {
  return JSON.stringify(
    columns.map(({ valueInRow, type }) => jsonForms[type].encode(valueInRow(user)) ?? null),
  );
}

/** Decodes a user from such an array. A missing value of a column that is not nullable is left out, so that the column gets its default. */
export function decodeProperties(properties: string, columns: readonly UserColumn[]): ImportedUser {
  // The casts: the text is from `encodeProperties`.
  const values = JSON.parse(properties) as unknown[];
  const user: Record<string, unknown> = {};
  for (const [index, { setInRow, type, isNullable }] of columns.entries()) {
    const value = values[index];
    if (value !== null) setInRow(user, jsonForms[type].decode(value));
    else if (isNullable) setInRow(user, null);
  }
  return user as ImportedUser;
}
