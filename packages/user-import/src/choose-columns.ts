import type { ColumnMap } from './column-map.ts';
import { commonColumns, type ColumnNames } from './common-columns.ts';
import { knownFields } from './fields.ts';
import type { ColumnsUsed, SourceUser } from './source-user.ts';
import { columnForDisplay } from './secret-text.ts';
import { UserImportError } from './user-import-error.ts';

/** The columns of a source that are mapped to fields, by their index in a row. */
export type ColumnChoice = ColumnsUsed & {
  mapped: readonly (readonly [index: number, field: string])[];
  /** Whether the users are from Flask-Security, which requires a column `fs_uniquifier`. */
  isFlaskSecurity: boolean;
};

/**
 * Maps the columns of a source to fields: first those that `map` names, then by the names given. A column with the exact name
 * of a field is never mapped to another one.
 * @throws UserImportError `invalid_source` if two columns are mapped to one field
 */
export function chooseColumns(
  columns: readonly string[],
  names: ColumnNames,
  { explicit, otherFields }: ColumnMap,
): ColumnChoice {
  const normalized = columns.map(normalizeColumnName);
  const mapped: [number, string][] = [];
  const isComplete = (field: string) =>
    field !== 'is_disabled' && mapped.some(([, other]) => other === field);

  const explicitNames = new Map([...explicit].map(([name, field]) => [normalizeColumnName(name), field]));
  for (const [index, name] of normalized.entries()) {
    const field = explicitNames.get(name);
    if (!field) continue;
    if (isComplete(field)) {
      throw new UserImportError('invalid_source', `--map: two columns are mapped to ${field}.`);
    }
    mapped.push([index, field]);
  }

  const hasEmail = isComplete('email') || namesOf('email', names).some((name) => normalized.includes(name));
  const otherNames = new Set(otherFields.map(normalizeColumnName));
  for (const field of [...knownFields, ...otherFields]) {
    if (isComplete(field)) continue;
    const own = normalizeColumnName(field);
    const found = [...(otherFields.includes(field) ? [own] : []), ...namesOf(field, names)]
      // Beside an e-mail address, `name` is the name of a person, which several users may have.
      .filter((name) => !(field === 'username' && name === 'name' && hasEmail))
      .filter((name) => !explicitNames.has(name) && (name === own || !otherNames.has(name)))
      .map((name) => normalized.indexOf(name))
      .filter((index) => index >= 0);
    for (const index of field === 'is_disabled' ? found : found.slice(0, 1)) mapped.push([index, field]);
  }

  const used = new Set(mapped.map(([index]) => index));
  return {
    mapped,
    isFlaskSecurity: normalized.includes('fsuniquifier'),
    taken: mapped.map(([index, ours]) => ({ theirs: columnForDisplay(columns[index] ?? '', index), ours })),
    unused: columns.map(columnForDisplay).filter((_, index) => !used.has(index)),
  };
}

function namesOf(field: string, names: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return names[field] ?? [];
}

/** `emailVerified`, `email_verified` and `E-Mail verified` are the same name. */
export function normalizeColumnName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '');
}

/** Copies the mapped columns of a row. */
export function pickFields(
  values: readonly unknown[],
  { mapped, isFlaskSecurity }: Pick<ColumnChoice, 'mapped' | 'isFlaskSecurity'>,
): SourceUser {
  const user: SourceUser = isFlaskSecurity ? { is_flask_security: true } : {};
  for (const [index, field] of mapped) {
    if (field === 'is_disabled') (user.is_disabled ??= []).push(values[index]);
    else user[field] = values[index];
  }
  return user;
}

/** @throws UserImportError `invalid_source` if no column is a user name or an e-mail address */
export function requireLoginColumn({ taken, unused }: ColumnsUsed, location: string): void {
  if (taken.some(({ ours }) => ours === 'username' || ours === 'email')) return;
  throw new UserImportError(
    'invalid_source',
    `${location} has no column for a user name or an e-mail address. ${describeColumns([...taken.map(({ theirs }) => theirs), ...unused])} ` +
      'Map one with --map COLUMN=username or --map COLUMN=email.',
  );
}

/**
 * Describes the columns of a file whose first line may be data instead of column names: only names that are known are
 * shown.
 */
export function describeColumns(columns: readonly string[]): string {
  const known = columns.filter((name) => knownNames.has(normalizeColumnName(name)));
  const others = columns.length - known.length;
  const found = [...known, ...(others > 0 ? [`${others} with other names, which are not shown`] : [])];
  return `Columns found: ${found.join(', ') || 'none'}.`;
}

const knownNames: ReadonlySet<string> = new Set([
  ...knownFields.map(normalizeColumnName),
  ...Object.values(commonColumns).flat(),
]);
