import { fields, type Field } from './fields.ts';
import { UserImportError } from './user-import-error.ts';

/** The columns that `--map` maps to a field; null if the column is ignored. */
export type ColumnMap = ReadonlyMap<string, Field | null>;

/**
 * Parses the values of `--map`, such as `login_id=username`; `age=` ignores the column.
 * @throws UserImportError `invalid_source` if a value has another form
 */
export function parseColumnMap(pairs: readonly string[]): ColumnMap {
  return new Map(
    pairs.map((pair) => {
      const [, column = '', name = ''] = /^(.+)=([a-z_]*)$/.exec(pair) ?? [];
      const field = fields.find((known) => known === name);
      if (column && (field || name === '')) return [column, field ?? null];
      throw new UserImportError(
        'invalid_source',
        `--map: found ${pair}; expected COLUMN=FIELD, where FIELD is one of ${fields.join(', ')}; or COLUMN= to ignore the column.`,
      );
    }),
  );
}
