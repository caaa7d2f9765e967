import type { ImportedUser } from '../import-row.ts';
import { jsonForms, type UserColumn } from '../user-columns.ts';

/** Encodes the properties of a user as a JSON array, in the order of the columns. */
export function encodeProperties(
  user: Readonly<Record<string, unknown>>,
  columns: readonly UserColumn[],
): string {
  return JSON.stringify(columns.map(({ property, type }) => jsonForms[type].encode(user[property]) ?? null));
}

/** Decodes a user from such an array. A missing value of a column that is not nullable is left out, so that the column gets its default. */
export function decodeProperties(properties: string, columns: readonly UserColumn[]): ImportedUser {
  // The casts: the text is from `encodeProperties`.
  const values = JSON.parse(properties) as unknown[];
  const user: Record<string, unknown> = {};
  for (const [index, { property, type, isNullable }] of columns.entries()) {
    const value = values[index];
    if (value !== null) user[property] = jsonForms[type].decode(value);
    else if (isNullable) user[property] = null;
  }
  return user as ImportedUser;
}
