import type {
  Column,
  ColumnDifference,
  IndexDef,
  SchemaDifference,
  TableDifference,
} from '@mikro-orm/sqlite';
import type { Rename } from './renames.ts';

/** One thing that is another than before, in words. */
export type SchemaChange = {
  kind: 'added' | 'removed' | 'changed' | 'renamed';
  what: string;
  /** How, as the engine has it that says most about it: `varchar(40) to varchar(80)`. */
  detail: string | null;
  /** What whoever writes the migration has to know before; null when it is harmless. */
  warning: { kind: 'loses_data' | 'may_fail' | 'locks'; sentence: string } | null;
};

/** What an engine's schema will have that it has not, and the other way round. */
export function changesOf(difference: SchemaDifference): SchemaChange[] {
  return [
    ...Object.values(difference.newTables).map(({ name }) => change('added', `table ${name}`)),
    ...Object.values(difference.removedTables).map(({ name }) =>
      change('removed', `table ${name}`, ['loses_data', `All rows of ${name} go.`]),
    ),
    ...Object.values(difference.changedTables).flatMap(changesOfTable),
  ];
}

export const changeOfRename = ({ table, column, to }: Rename): SchemaChange =>
  change('renamed', column === null ? `table ${table} to ${to}` : `column ${table}.${column} to ${to}`);

/** The same change may be seen by more than one engine: each once, and with the worst that it means on any of them. */
export function together(changes: readonly SchemaChange[]): SchemaChange[] {
  const found = new Map<string, SchemaChange>();
  for (const each of changes) {
    const key = `${each.kind} ${each.what}`;
    const before = found.get(key);
    if (!before) found.set(key, each);
    else if (severityOf(each) > severityOf(before)) found.set(key, { ...before, warning: each.warning });
  }
  return [...found.values()];
}

const severityOf = ({ warning }: SchemaChange): number =>
  warning ? 1 + ['locks', 'may_fail', 'loses_data'].indexOf(warning.kind) : 0;

function changesOfTable(difference: TableDifference): SchemaChange[] {
  const { name: table } = difference.toTable;
  const names = (part: object) => Object.keys(part);
  return [
    ...Object.values(difference.addedColumns).map((column) =>
      change('added', `column ${table}.${column.name}`, ...needsValue(table, column)),
    ),
    ...names(difference.removedColumns).map((column) =>
      change('removed', `column ${table}.${column}`, [
        'loses_data',
        `What ${table}.${column} holds is lost; the way back brings the column, and not what was in it.`,
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
        `A row of ${table} that refers to nothing makes it fail.`,
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
  const alike = `Rows of ${table} with the same ${columnNames.join(' and ')} make it fail.`;
  const waiting = `While ${keyName} is made, nobody can write to ${table}; of a big table that takes its time.`;
  return change('added', `index ${keyName} on ${table}`, unique ? ['may_fail', alike] : ['locks', waiting]);
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
      `${table}.${column.name} may not be null and has no default: where ${table} has rows, this fails, or on MySQL puts zeros and empty texts into them. ` +
        'Give it a default, or make it nullable, fill it, and make it required in a migration after that.',
    ],
  ];
}

/** With the worst that it may mean. */
function changedColumn(
  table: string,
  { fromColumn: from, column: to, changedProperties }: ColumnDifference,
): SchemaChange {
  const name = `${table}.${to.name}`;
  const detail = [...changedProperties].map((property) => inWords(property, from, to)).join(', ');
  return { ...change('changed', `column ${name}`, ...warningsOf(table, name, from, to)), detail };
}

function inWords(property: string, from: Column, to: Column): string {
  if (property === 'type' || property === 'length') return `${typeOf(from)} to ${typeOf(to)}`;
  if (property === 'nullable') return to.nullable ? 'may be empty now' : 'may not be empty any more';
  if (property === 'default') return `default ${to.default ?? 'none'}`;
  return property;
}

function warningsOf(table: string, name: string, from: Column, to: Column): Warning[] {
  const [before, after] = [sizeOf(from), sizeOf(to)];
  if (before.kind === after.kind && isSmaller(after, before)) {
    const limit = after.kind.includes('char')
      ? `longer in ${name} than ${after.size} characters`
      : `in ${name}`;
    return [
      ['loses_data', `What is ${limit} and does not fit ${typeOf(to)} any more is lost, or makes it fail.`],
    ];
  }
  if (before.kind !== after.kind) {
    return [['loses_data', `${name} gets another type: what does not fit it is lost, or makes it fail.`]];
  }
  if (from.nullable && !to.nullable && (to.default === undefined || to.default === null)) {
    return [['may_fail', `A row with nothing in ${name} makes it fail.`]];
  }
  return [
    ['locks', `While ${name} is changed, nobody can use ${table}; of a big table that takes its time.`],
  ];
}

const typeOf = ({ type }: Column) => type.toLowerCase();

type Size = { kind: string; size: number; scale: number };

/** `varchar(40)` is of the kind `varchar` and has the size 40; `numeric(12,3)` has three of its digits behind the point. */
function sizeOf(column: Column): Size {
  const [, kind = '', size, scale = '0'] = /^([^(]+)(?:\((\d+)(?:,\s*(\d+))?\))?/.exec(typeOf(column)) ?? [];
  return { kind: kind.trim(), size: size === undefined ? Infinity : Number(size), scale: Number(scale) };
}

/** Whether it holds less, before the point or behind it. */
const isSmaller = (one: Size, other: Size): boolean =>
  one.size - one.scale < other.size - other.scale || one.scale < other.scale;
