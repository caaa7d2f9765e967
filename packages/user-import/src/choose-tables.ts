import { chooseColumns, normalizeColumnName, pickFields, type ColumnChoice } from './choose-columns.ts';
import { chooseRoles } from './choose-roles.ts';
import type { ColumnMap } from './column-map.ts';
import { columnForDisplay } from './secret-text.ts';
import type { ColumnsUsed, SourceReader, SourceRow } from './source-user.ts';
import type { JoinedLayout, Layout, Selection, System, TablesFound } from './system.ts';
import { UserImportError } from './user-import-error.ts';

export type Choice = {
  selection: Selection;
  /** Maps rows with the values of the selection's columns, then those of the joined table, to source users. */
  read(rows: AsyncIterable<readonly (readonly unknown[])[]>): SourceReader;
};

export type ChoiceOptions = {
  /** The name of the users table; null for the system's default names. */
  table: string | null;
  map: ColumnMap;
  /** Roles of administrators, in addition to the usual names. */
  adminRoles?: readonly string[];
  /** The location of the database, for messages. */
  location: string;
};

type Table = { name: string; columns: readonly string[] };
type Mismatch = { mismatch: string };

/**
 * Finds the users of a system in the tables of a database.
 * @throws UserImportError `invalid_source` that lists what is missing and what was found
 */
export function chooseTables(system: System, found: TablesFound, options: ChoiceOptions): Choice {
  const mismatches: string[] = [];
  for (const layout of system.layouts) {
    const choice = chooseFrom(layout, found, options);
    if ('selection' in choice) return choice;
    mismatches.push(choice.mismatch);
  }
  throw new UserImportError(
    'invalid_source',
    `${options.location} does not look like a ${system.title} database: ${mismatches[0] ?? ''}`,
  );
}

function chooseFrom(
  layout: Layout,
  found: TablesFound,
  { table, map, adminRoles = [] }: ChoiceOptions,
): Choice | Mismatch {
  const users = findTable(found, table === null ? layout.tables : [table]);
  if ('mismatch' in users) return users;
  const unknown = [...map.explicit.keys()].find((name) => !users.columns.includes(name));
  if (unknown !== undefined) return columnMismatch(users, `no column ${unknown}, which --map refers to`);

  const key = findColumn(users, 'id');
  if (layout.joined && key === null) return columnMismatch(users, 'no column id');

  const own = chooseColumns(users.columns, layout.columns, map);
  const joined = layout.joined ? chooseJoined(layout.joined, users.name, found, own) : null;
  if (joined && 'mismatch' in joined) return joined;

  const roles = key === null ? null : chooseRoles(found, users.columns, adminRoles);
  const ofRoles: ColumnChoice['mapped'] = roles ? [[0, 'has_admin_role']] : [];
  const mapped = [...own.mapped, ...(joined?.mapped ?? []), ...ofRoles];
  const missing = findMissingField(
    layout,
    mapped.map(([, field]) => field),
  );
  if (missing) return columnMismatch(users, `no column for ${missing}`);

  return {
    selection: {
      table: users.name,
      columns: own.mapped.map(([index]) => users.columns[index] ?? ''),
      key,
      joined: joined?.selection ?? null,
      roles,
    },
    read: (rows) => ({
      rows: toSourceRows(rows, { mapped, isFlaskSecurity: own.isFlaskSecurity }, layout),
      columns: () => ({
        taken: [
          ...own.taken,
          ...(joined?.taken ?? []),
          ...(roles
            ? [{ theirs: `${roles.link?.table ?? roles.table}.${roles.name}`, ours: 'is_admin' }]
            : []),
        ],
        unused: own.unused,
      }),
    }),
  };
}

type JoinedChoice = Pick<ColumnChoice, 'mapped' | 'taken'> & {
  selection: NonNullable<Selection['joined']>;
};

/** Maps the columns of the joined table to the fields that the users table lacks. */
function chooseJoined(
  layout: JoinedLayout,
  users: string,
  found: TablesFound,
  own: ColumnsUsed,
): JoinedChoice | Mismatch {
  const table = findTable(found, layout.tables(users));
  if ('mismatch' in table) return table;
  const owner = findColumn(table, layout.owner);
  if (owner === null) return columnMismatch(table, `no column ${layout.owner}`);
  const only = layout.only ? findColumn(table, layout.only.column) : null;
  if (layout.only && only === null) return columnMismatch(table, `no column ${layout.only.column}`);

  const isNew = (field: string) => !own.taken.some(({ ours }) => ours === field);
  const mapped = chooseColumns(table.columns, layout.columns, {
    explicit: new Map(),
    otherFields: [],
  }).mapped.filter(([, field]) => isNew(field));
  const columns = mapped.map(([index]) => table.columns[index] ?? '');
  return {
    mapped,
    taken: mapped.map(([, ours], index) => ({
      theirs: `${table.name}.${columnForDisplay(columns[index] ?? '', index)}`,
      ours,
    })),
    selection: {
      table: table.name,
      columns,
      owner,
      only: layout.only && only !== null ? { column: only, value: layout.only.value(users) } : null,
    },
  };
}

function findMissingField({ needs }: Layout, fields: readonly string[]): string | undefined {
  if (!fields.includes('username') && !fields.includes('email')) return 'a user name or an e-mail address';
  return needs.find((field) => !fields.includes(field));
}

async function* toSourceRows(
  rows: AsyncIterable<readonly (readonly unknown[])[]>,
  { mapped, isFlaskSecurity }: Pick<ColumnChoice, 'mapped' | 'isFlaskSecurity'>,
  { refine = (user) => user }: Layout,
): AsyncGenerator<SourceRow[]> {
  // The rows contain the selected columns only.
  const selected = { mapped: mapped.map(([, field], index) => [index, field] as const), isFlaskSecurity };
  let line = 0;
  for await (const batch of rows) {
    yield batch.map((values) => ({ line: ++line, source: refine(pickFields(values, selected)) }));
  }
}

function findTable(found: TablesFound, names: readonly string[]): Table | Mismatch {
  for (const name of names) {
    for (const [table, columns] of found) {
      if (table.toLowerCase() === name.toLowerCase()) return { name: table, columns };
    }
  }
  return {
    mismatch: `there is no table ${names.join(' or ')}. Tables found: ${listNames([...found.keys()])}.`,
  };
}

const findColumn = ({ columns }: Table, name: string): string | null =>
  columns.find((column) => normalizeColumnName(column) === normalizeColumnName(name)) ?? null;

const columnMismatch = ({ name, columns }: Table, what: string): Mismatch => ({
  mismatch: `table ${name} has ${what}. Columns found: ${listNames(columns)}.`,
});

function listNames(names: readonly string[]): string {
  const limit = 20;
  if (names.length === 0) return 'none';
  return (
    names.slice(0, limit).map(columnForDisplay).join(', ') +
    (names.length > limit ? ` and ${names.length - limit} more` : '')
  );
}
