import type {
  Column,
  ColumnDifference,
  IndexDef,
  SchemaDifference,
  TableDifference,
} from '@mikro-orm/sqlite';
import type { Rename } from './renames.ts';

/** One difference between two schemas. */
export type SchemaChange = {
  kind: 'added' | 'removed' | 'changed' | 'renamed';
  what: string;
  /** The difference in the types of the most detailed engine: `varchar(40) to varchar(80)`. */
  detail: string | null;
  /** The risk of the change; null if there is none. */
  warning: { kind: 'loses_data' | 'may_fail' | 'locks'; sentence: string } | null;
};

/** Lists the changes of a difference between two schemas. */
export function listChanges(difference: SchemaDifference): SchemaChange[] {
  return [
    ...Object.values(difference.newTables).map(({ name }) => change('added', `table ${name}`)),
    ...Object.values(difference.removedTables).map(({ name }) =>
      change('removed', `table ${name}`, ['loses_data', `All rows of ${name} are deleted.`]),
    ),
    ...Object.values(difference.changedTables).flatMap(listTableChanges),
  ];
}

export const describeRename = ({ table, column, to }: Rename): SchemaChange =>
  change('renamed', column === null ? `table ${table} to ${to}` : `column ${table}.${column} to ${to}`);

/** Merges the changes of all engines: each is listed once, with its most severe warning. */
export function mergeChanges(changes: readonly SchemaChange[]): SchemaChange[] {
  const found = new Map<string, SchemaChange>();
  for (const each of changes) {
    const key = `${each.kind} ${each.what}`;
    const before = found.get(key);
    if (!before) found.set(key, each);
    else if (getSeverity(each) > getSeverity(before)) found.set(key, { ...before, warning: each.warning });
  }
  return [...found.values()];
}

const getSeverity = ({ warning }: SchemaChange): number =>
  warning ? 1 + ['locks', 'may_fail', 'loses_data'].indexOf(warning.kind) : 0;

function listTableChanges(difference: TableDifference): SchemaChange[] {
  const { name: table } = difference.toTable;
  const names = (part: object) => Object.keys(part);
  return [
    ...Object.values(difference.addedColumns).map((column) =>
      change('added', `column ${table}.${column.name}`, ...needsValue(table, column)),
    ),
    ...names(difference.removedColumns).map((column) =>
      change('removed', `column ${table}.${column}`, [
        'loses_data',
        `The values of ${table}.${column} are lost. A downgrade restores the column, but not its values.`,
      ]),
    ),
    ...Object.values(difference.changedColumns).map((changed) => changedColumn(table, changed)),
    ...Object.values(difference.addedIndexes).map((index) => addedIndex(table, index)),
    ...names(difference.removedIndexes).map((index) => change('removed', `index ${index} on ${table}`)),
    ...names(difference.changedIndexes).map((index) => change('changed', `index ${index} on ${table}`)),
    ...names(difference.renamedIndexes).map((index) => change('renamed', `index ${index} on ${table}`)),
    ...names(difference.addedForeignKeys).map((key) =>
      change('added', `foreign key ${key} on ${table}`, [
        'may_fail',
        `Fails if a row of ${table} refers to a missing row.`,
      ]),
    ),
    ...names(difference.removedForeignKeys).map((key) => change('removed', `foreign key ${key} on ${table}`)),
    ...names(difference.changedForeignKeys).map((key) => change('changed', `foreign key ${key} on ${table}`)),
    ...names(difference.addedChecks).map((check) => change('added', `check ${check} on ${table}`)),
    ...names(difference.removedChecks).map((check) => change('removed', `check ${check} on ${table}`)),
    ...Object.values(difference.changedChecks).map(({ name, expression }) => {
      const before = difference.fromTable.getChecks().find((check) => check.name === name);
      const detail = `${String(before?.expression)} to ${String(expression)}`;
      return { ...change('changed', `check ${name} on ${table}`), detail };
    }),
  ];
}

function addedIndex(table: string, { keyName, columnNames, unique }: IndexDef): SchemaChange {
  const duplicates = `Fails if rows of ${table} have the same ${columnNames.join(' and ')}.`;
  const locked = `Blocks writes to ${table} while ${keyName} is created, which takes long for a large table.`;
  return change(
    'added',
    `index ${keyName} on ${table}`,
    unique ? ['may_fail', duplicates] : ['locks', locked],
  );
}

type Warning = [kind: NonNullable<SchemaChange['warning']>['kind'], sentence: string];

function change(kind: SchemaChange['kind'], what: string, warning?: Warning): SchemaChange {
  return { kind, what, detail: null, warning: warning ? { kind: warning[0], sentence: warning[1] } : null };
}

function needsValue(table: string, column: Column): Warning[] {
  if (column.nullable || (column.default !== null && column.default !== undefined) || column.autoincrement)
    return [];
  return [
    [
      'may_fail',
      `${table}.${column.name} is required and has no default: if ${table} has rows, this fails, or fills them with zeros and empty texts on MySQL. ` +
        'Add a default, or make the column nullable, fill it, and make it required in a later migration.',
    ],
  ];
}

/** With its most severe warning. */
function changedColumn(
  table: string,
  { fromColumn: from, column: to, changedProperties }: ColumnDifference,
): SchemaChange {
  const name = `${table}.${to.name}`;
  const detail = [...changedProperties].map((property) => describe(property, from, to)).join(', ');
  return { ...change('changed', `column ${name}`, ...findWarnings(table, name, from, to)), detail };
}

function describe(property: string, from: Column, to: Column): string {
  if (property === 'type' || property === 'length') return `${typeOf(from)} to ${typeOf(to)}`;
  if (property === 'nullable') return to.nullable ? 'nullable' : 'not null';
  if (property === 'default') return `default ${to.default ?? 'none'}`;
  return property;
}

function findWarnings(table: string, name: string, from: Column, to: Column): Warning[] {
  const [before, after] = [sizeOf(from), sizeOf(to)];
  if (before.kind === after.kind && isSmaller(after, before)) {
    const limit = after.kind.includes('char')
      ? `longer than ${after.size} characters in ${name}`
      : `in ${name}`;
    return [
      ['loses_data', `Values ${limit} that do not fit ${typeOf(to)} are lost, or the migration fails.`],
    ];
  }
  if (before.kind !== after.kind) {
    return [
      [
        'loses_data',
        `${name} gets another type: values that do not fit it are lost, or the migration fails.`,
      ],
    ];
  }
  if (from.nullable && !to.nullable && (to.default === undefined || to.default === null)) {
    return [['may_fail', `Fails if a row has no value in ${name}.`]];
  }
  return [['locks', `Blocks ${table} while ${name} is changed, which takes long for a large table.`]];
}

const typeOf = ({ type }: Column) => type.toLowerCase();

type Size = { kind: string; size: number; scale: number };

/** `varchar(40)` has the kind `varchar` and the size 40; `numeric(12,3)` has the scale 3. */
function sizeOf(column: Column): Size {
  const [, kind = '', size, scale = '0'] = /^([^(]+)(?:\((\d+)(?:,\s*(\d+))?\))?/.exec(typeOf(column)) ?? [];
  return { kind: kind.trim(), size: size === undefined ? Infinity : Number(size), scale: Number(scale) };
}

/** Whether it has fewer digits before or after the decimal point. */
const isSmaller = (one: Size, other: Size): boolean =>
  one.size - one.scale < other.size - other.scale || one.scale < other.scale;
