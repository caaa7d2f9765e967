import { chooseColumns, pick, plainName, type ColumnChoice, type ColumnMap } from './columns.ts';
import type { ColumnsUsed, Field, SourceRow, Reading } from './fields.ts';
import { UserImportError } from './user-import-error.ts';
import type { JoinedLayout, Layout, Selection, System, TablesFound } from './system.ts';

export type Choice = {
  selection: Selection;
  /** Makes users of rows that have the values of the selection's columns, in its order, those of the joined table last. */
  read(rows: AsyncIterable<readonly (readonly unknown[])[]>): Reading;
};

export type ChoiceOptions = {
  /** The table of users, when it has another name than usual. */
  table: string | null;
  map: ColumnMap;
  /** For messages. */
  place: string;
};

type Table = { name: string; columns: readonly string[] };
type Misfit = { misfit: string };

/**
 * Finds a system's users in a database.
 * @throws UserImportError that says what was expected and what is there
 */
export function chooseTables(system: System, found: TablesFound, options: ChoiceOptions): Choice {
  const misfits: string[] = [];
  for (const layout of system.layouts) {
    const choice = choose(layout, found, options);
    if ('selection' in choice) return choice;
    misfits.push(choice.misfit);
  }
  throw new UserImportError(`${options.place} does not look like ${system.title}: ${misfits[0] ?? ''}`);
}

function choose(layout: Layout, found: TablesFound, { table, map }: ChoiceOptions): Choice | Misfit {
  const users = tableAmong(found, table === null ? layout.tables : [table]);
  if ('misfit' in users) return users;
  const unknown = [...map.keys()].find((name) => !users.columns.includes(name));
  if (unknown !== undefined) return misfit(users, `no column ${unknown}, which --map names`);

  const key = columnAmong(users, 'id');
  if (layout.joined && key === null) return misfit(users, 'no column id');

  const own = chooseColumns(users.columns, layout.columns, map);
  const joined = layout.joined ? choosePart(layout.joined, users.name, found, own) : null;
  if (joined && 'misfit' in joined) return joined;

  const places = [...own.places, ...(joined?.places ?? [])];
  const missing = missingAmong(
    layout,
    places.map(([, field]) => field),
  );
  if (missing) return misfit(users, `no column for ${missing}`);

  return {
    selection: {
      table: users.name,
      columns: own.places.map(([place]) => users.columns[place] ?? ''),
      key,
      joined: joined?.selection ?? null,
    },
    read: (rows) => ({
      rows: readRows(rows, places, layout),
      columns: () => ({ taken: [...own.taken, ...(joined?.taken ?? [])], unused: own.unused }),
    }),
  };
}

type Part = Pick<ColumnChoice, 'places' | 'taken'> & { selection: NonNullable<Selection['joined']> };

/** What the second table has of the fields that the first one lacks. */
function choosePart(
  layout: JoinedLayout,
  users: string,
  found: TablesFound,
  own: ColumnsUsed,
): Part | Misfit {
  const table = tableAmong(found, layout.tables(users));
  if ('misfit' in table) return table;
  const owner = columnAmong(table, layout.owner);
  if (owner === null) return misfit(table, `no column ${layout.owner}`);
  const only = layout.only ? columnAmong(table, layout.only.column) : null;
  if (layout.only && only === null) return misfit(table, `no column ${layout.only.column}`);

  const isNew = (field: Field) => !own.taken.some(({ ours }) => ours === field);
  const places = chooseColumns(table.columns, layout.columns, new Map()).places.filter(([, field]) =>
    isNew(field),
  );
  const columns = places.map(([place]) => table.columns[place] ?? '');
  return {
    places,
    taken: places.map(([, ours], index) => ({ theirs: `${table.name}.${columns[index] ?? ''}`, ours })),
    selection: {
      table: table.name,
      columns,
      owner,
      only: layout.only && only !== null ? { column: only, value: layout.only.value(users) } : null,
    },
  };
}

function missingAmong({ needs }: Layout, taken: Field[]): string | undefined {
  if (!taken.includes('username') && !taken.includes('email')) return 'a user name or an e-mail address';
  return needs.find((field) => !taken.includes(field));
}

async function* readRows(
  rows: AsyncIterable<readonly (readonly unknown[])[]>,
  places: ColumnChoice['places'],
  { refine = (user) => user }: Layout,
): AsyncGenerator<SourceRow[]> {
  // The rows have the chosen columns only.
  const inOrder = { places: places.map(([, field], index) => [index, field] as const) };
  let line = 0;
  for await (const some of rows) {
    yield some.map((values) => ({ line: ++line, source: refine(pick(values, inOrder)) }));
  }
}

function tableAmong(found: TablesFound, names: readonly string[]): Table | Misfit {
  for (const name of names) {
    for (const [table, columns] of found) {
      if (table.toLowerCase() === name.toLowerCase()) return { name: table, columns };
    }
  }
  const there = found.size > 0 ? `It has ${listed([...found.keys()])}.` : 'It has none.';
  return { misfit: `it has no table ${names.join(' or ')}. ${there}` };
}

const columnAmong = ({ columns }: Table, name: string): string | null =>
  columns.find((column) => plainName(column) === plainName(name)) ?? null;

const misfit = ({ name, columns }: Table, what: string): Misfit => ({
  misfit: `its table ${name} has ${what}. It has ${listed(columns)}.`,
});

function listed(names: readonly string[]): string {
  const most = 20;
  return names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');
}
