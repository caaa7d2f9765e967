import { inspect } from 'node:util';
import { columnsOf, keyOf, valueOf, type Entities, type EntityMeta } from './entities.ts';
import type { Shell } from './shell-scope.ts';
import { pairs, table, type Cell, type Paper } from './table.ts';

/** What the shell prints of a value: rows as a table, one row as names and values, everything else as Node does. */
export function show(value: unknown, shell: Shell, paper: Paper): string {
  const { entities } = shell;
  if (shell.isClient(value)) return `a client of the API: ${routersOf(shell).join(', ')}`;
  const defined = entities.definedBy(value);
  if (defined) return showEntity(defined, paper);
  const meta = entities.rowOf(value);
  if (meta && typeof value === 'object' && value !== null) return showRow(value, meta, entities, paper);
  if (Array.isArray(value) && value.length > 0) {
    // The cast: what `Array.isArray` finds is an array of any.
    const items = value as unknown[];
    if (items.every((item) => entities.rowOf(item))) return showRows(items, entities, paper);
    if (items.every(isPlain)) return showRecords(items, entities, paper);
  }
  return inspect(withoutHidden(value, entities), {
    depth: shownDepth,
    colors: paper.colors,
    breakLength: Math.min(paper.width, 120),
  });
}

const shownDepth = 4;

/** A store's record of a user has a hash as well, under the name that the entity hides. */
function withoutHidden(value: unknown, entities: Entities, depth = shownDepth): unknown {
  if (depth < 0) return value;
  if (Array.isArray(value)) {
    // The cast: what `Array.isArray` finds is an array of any.
    const items = value as unknown[];
    const shown = items.map((item) => withoutHidden(item, entities, depth - 1));
    return shown.some((item, index) => item !== items[index]) ? shown : value;
  }
  if (!isPlain(value)) return value;
  const entries = Object.entries(value);
  const shown = entries.map(([name, member]): [string, unknown] => {
    const isThere = member !== null && member !== undefined;
    return [
      name,
      entities.isHidden(name) && isThere ? hiddenValue : withoutHidden(member, entities, depth - 1),
    ];
  });
  return shown.some(([, member], index) => member !== entries[index]?.[1])
    ? Object.fromEntries(shown)
    : value;
}

const hiddenValue = { [inspect.custom]: () => '(hidden)' };

const routersOf = ({ procedures }: Shell) => [
  ...new Set(procedures.map(({ path }) => path.split('.')[0] ?? '')),
];

/** Whether a value is not worth showing: nothing, or what `em.persist()` gives back only to be called again. */
export const isSilent = (value: unknown, { scope }: Shell): boolean =>
  value === undefined || value === scope.em;

/** The fields of an entity: `User` at the prompt. */
export function showEntity(meta: EntityMeta, paper: Paper): string {
  const rows = meta.props.map((field) => [
    { text: field.name },
    { text: field.targetMeta?.className ?? field.runtimeType },
    { text: columnsOf(field).join(', ') },
    {
      text: [
        field.primary && 'key',
        field.unique && 'unique',
        field.nullable && 'may be null',
        field.hidden && 'hidden',
      ]
        .filter(Boolean)
        .join(', '),
    },
  ]);
  return table(['field', 'type', 'column', ''], rows, paper);
}

/** Without what was not loaded, or not set yet. */
function showRow(row: object, meta: EntityMeta, entities: Entities, paper: Paper): string {
  const fields = shownFields(meta).flatMap((field): [string, Cell][] => {
    const value = valueOf(row, field);
    return value === undefined ? [] : [[field.name, cellOf(value, entities)]];
  });
  return pairs(meta.className, fields, paper);
}

function showRows(rows: unknown[], entities: Entities, paper: Paper): string {
  const metas = new Set(rows.flatMap((row) => entities.rowOf(row) ?? []));
  // What was not loaded of any row, because only some fields were asked for, is no column.
  const columns = [
    ...new Set([...metas].flatMap((meta) => shownFields(meta).map(({ name }) => name))),
  ].filter((name) => rows.some((row) => fieldOf(row, name) !== undefined));
  const cells = rows.map((row) => columns.map((name) => cellOf(fieldOf(row, name), entities)));
  return table(columns, cells, paper);
}

function showRecords(rows: object[], entities: Entities, paper: Paper): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) =>
    columns.map((name) =>
      entities.isHidden(name) ? { text: '(hidden)', isFaint: true } : cellOf(fieldOf(row, name), entities),
    ),
  );
  return table(columns, cells, paper);
}

const shownFields = (meta: EntityMeta) => meta.props.filter(({ hidden }) => !hidden);

function cellOf(value: unknown, entities: Entities): Cell {
  if (value === null) return { text: 'null', isFaint: true };
  switch (typeof value) {
    case 'undefined':
      return { text: '' };
    case 'string':
      return { text: printable(value) };
    case 'number':
    case 'bigint':
      return { text: String(value), isNumber: true };
    case 'object':
      return { text: printable(textOf(value, entities)) };
    default:
      return { text: inspect(value) };
  }
}

function textOf(value: object, entities: Entities): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no time' : value.toISOString();
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  const meta = entities.rowOf(value);
  return meta ? keyOf(value, meta) : inspect(value, { depth: 2, breakLength: Infinity, compact: true });
}

/** A text of somebody else's must not move the cursor, or turn the line around. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

const fieldOf = (row: unknown, name: string): unknown =>
  typeof row === 'object' && row !== null ? Reflect.get(row, name) : undefined;

/** A row as a driver gives it. mysql2 names the class of its rows. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return ['TextRow', 'BinaryRow'].includes(value.constructor.name);
}
