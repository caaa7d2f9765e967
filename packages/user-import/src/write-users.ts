import type { UserRecord } from '@latchkey/db';
import { stringify } from 'csv-stringify/sync';
import type { FileFormat } from './text-file.ts';
import { jsonForms, type UserColumn } from './user-columns.ts';

/** Formats users as a file, in parts. `import` maps its columns without `--map`. */
export async function* writeUsers(
  users: AsyncIterable<readonly UserRecord[]>,
  columns: readonly UserColumn[],
  format: FileFormat,
): AsyncGenerator<string> {
  const names = columns.map(({ name }) => name);
  const toFields = (user: UserRecord) =>
    Object.fromEntries(
      columns.map(({ name, valueIn, type }) => [name, jsonForms[type].encode(valueIn(user)) ?? null]),
    );

  if (format === 'csv') yield `${names.join(',')}\n`;
  for await (const batch of users) {
    const rows = batch.map(toFields);
    yield format === 'csv'
      ? stringify(rows, { columns: names, cast: { boolean: String } })
      : rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  }
}
