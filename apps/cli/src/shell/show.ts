import { inspect } from 'node:util';
import { columnsOf, keyOf, valueOf, type Entities, type EntityMeta } from './entities.ts';
import type { Shell } from './shell-scope.ts';
import { pairs, table, type Cell, type OutputFormat } from './table.ts';

/** Formats a value: rows as a table, one row as names and values, any other value like `util.inspect`. */
export function show(value: unknown, shell: Shell, format: OutputFormat): string {
  const { entities } = shell;
  if (shell.isClient(value)) return `API client: ${routersOf(shell).join(', ')}`;
  const defined = entities.definedBy(value);
  if (defined) return showEntity(defined, format);
  const meta = entities.rowOf(value);
  if (meta && typeof value === 'object' && value !== null) return showRow(value, meta, entities, format);
  if (Array.isArray(value) && value.length > 0) {
    // The cast: `Array.isArray` narrows to any[].
    const items = value as unknown[];
    if (items.every((item) => entities.rowOf(item))) return showRows(items, entities, format);
    if (items.every(isPlain)) return showRecords(items, entities, format);
  }
  return inspect(withoutHidden(value, entities), {
    depth: maxDepth,
    colors: format.colors,
    breakLength: Math.min(format.width, 120),
  });
}

const maxDepth = 4;

/** Masks hidden fields also in plain objects, like the user records of the stores. */
function withoutHidden(value: unknown, entities: Entities, depth = maxDepth): unknown {
  if (depth < 0) return value;
  if (Array.isArray(value)) {
    // The cast: `Array.isArray` narrows to any[].
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

/** Whether a value is not printed: undefined, and the entity manager, which `em.persist()` returns for chaining. */
export const isSilent = (value: unknown, { scope }: Shell): boolean =>
  value === undefined || value === scope.em;

/** The fields of an entity: `User` at the prompt. */
export function showEntity(meta: EntityMeta, format: OutputFormat): string {
  const rows = meta.props.map((field) => [
    { text: field.name },
    { text: field.targetMeta?.className ?? field.runtimeType },
    { text: columnsOf(field).join(', ') },
    {
      text: [
        field.primary && 'primary key',
        field.unique && 'unique',
        field.nullable && 'nullable',
        field.hidden && 'hidden',
      ]
        .filter(Boolean)
        .join(', '),
    },
  ]);
  return table(['field', 'type', 'column', ''], rows, format);
}

/** Omits fields that are not loaded or not set. */
function showRow(row: object, meta: EntityMeta, entities: Entities, format: OutputFormat): string {
  const fields = shownFields(meta).flatMap((field): [string, Cell][] => {
    const value = valueOf(row, field);
    return value === undefined ? [] : [[field.name, cellOf(value, entities)]];
  });
  return pairs(meta.className, fields, format);
}

function showRows(rows: unknown[], entities: Entities, format: OutputFormat): string {
  const entitiesOfRows = new Set(rows.flatMap((row) => entities.rowOf(row) ?? []));
  // A field that is loaded in no row, because only some fields were selected, is not a column.
  const columns = [
    ...new Set([...entitiesOfRows].flatMap((meta) => shownFields(meta).map(({ name }) => name))),
  ].filter((name) => rows.some((row) => fieldOf(row, name) !== undefined));
  const cells = rows.map((row) => columns.map((name) => cellOf(fieldOf(row, name), entities)));
  return table(columns, cells, format);
}

function showRecords(rows: object[], entities: Entities, format: OutputFormat): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) =>
    columns.map((name) =>
      entities.isHidden(name) ? { text: '(hidden)', isFaint: true } : cellOf(fieldOf(row, name), entities),
    ),
  );
  return table(columns, cells, format);
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
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  const meta = entities.rowOf(value);
  return meta ? keyOf(value, meta) : inspect(value, { depth: 2, breakLength: Infinity, compact: true });
}

/** Escapes control characters and direction marks, so that stored text cannot manipulate the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

const fieldOf = (row: unknown, name: string): unknown =>
  typeof row === 'object' && row !== null ? Reflect.get(row, name) : undefined;

/** Whether a value is a plain object, like a row of a driver. The rows of mysql2 have a class. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return ['TextRow', 'BinaryRow'].includes(value.constructor.name);
}
