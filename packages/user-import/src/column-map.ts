import { knownFields } from './fields.ts';
import type { UserColumn } from './user-columns.ts';
import { UserImportError } from './user-import-error.ts';

/** How columns of a source are mapped to fields. */
export type ColumnMap = {
  /** The columns that `--map` maps to a field; null if the column is ignored. */
  explicit: ReadonlyMap<string, string | null>;
  /** The columns of `User` beside the known fields. They are found by their own names. */
  otherFields: readonly string[];
};

/**
 * Parses the values of `--map`, such as `login_id=username`; `age=` ignores the column.
 * @param columns the columns of `User`
 * @throws UserImportError `invalid_source` if a value has another form
 */
export function parseColumnMap(pairs: readonly string[], columns: readonly UserColumn[]): ColumnMap {
  const fields = [...new Set<string>([...knownFields, ...columns.map(({ name }) => name)])];
  const explicit = new Map(
    pairs.map((pair) => {
      const [, column = '', name = ''] = /^(.+)=(\w*)$/.exec(pair) ?? [];
      if (column && (name === '' || fields.includes(name))) return [column, name || null];
      throw new UserImportError(
        'invalid_source',
        `--map: found ${pair}; expected COLUMN=FIELD, where FIELD is one of ${fields.join(', ')}; or COLUMN= to ignore the column.`,
      );
    }),
  );
  return { explicit, otherFields: fields.slice(knownFields.length) };
}
