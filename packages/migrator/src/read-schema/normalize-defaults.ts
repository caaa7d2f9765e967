import type { Column, DatabaseSchema } from '@mikro-orm/sqlite';
import type { Engine } from '@latchkey/db';
import { unescapeLiteral } from './sql-literals.ts';

/**
 * Engines rewrite defaults: `'-0.25'::numeric` for `-0.25`, `1 + 1` for `(1 + 1)`. A default that means the same as the one
 * in the target schema is replaced by it.
 */
export function normalizeDefaults(live: DatabaseSchema, target: DatabaseSchema, engine: Engine): void {
  for (const table of live.getTables()) {
    for (const column of table.getColumns()) {
      const other = target.getTable(table.name)?.getColumn(column.name);
      if (
        !other ||
        parseDefault(column.default, other, engine) !== parseDefault(other.default, other, engine)
      )
        continue;
      if (other.default === undefined) delete column.default;
      else column.default = other.default;
    }
  }
}

/** The canonical form of a default. */
function parseDefault(
  value: string | null | undefined,
  { type }: Column,
  engine: Engine,
): string | number | null {
  if (value === null || value === undefined || value.toLowerCase() === 'null') return null;
  const plain = withoutParentheses(withoutCasts(value));
  const [, literal] = /^E?'((?:[^']|'')*)'$/s.exec(plain) ?? [];
  const text = literal === undefined ? plain : textOf(literal, plain.startsWith('E'), engine);
  if (isNumeric.test(type)) return numberOf(text);
  if (isTime.test(type) && /^\d/.test(text)) return timeOf(text);
  if (isNow.test(plain)) return 'now';
  return literal === undefined ? withoutForm(plain) : `'${text}'`;
}

/** Ignores whitespace and case outside of string literals. */
const withoutForm = (expression: string): string =>
  expression.replace(
    /('(?:[^']|'')*')|\s+|[^\s']+/g,
    (piece: string, inMarks: string | undefined) => inMarks ?? piece.trim().toLowerCase(),
  );

const isNumeric = /int|serial|float|double|real|numeric|decimal|bool/i;

const isTime = /date|time/i;

const isNow = /^(?:now|current_timestamp) ?(?:\(\d*\))?$/i;

/** Removes PostgreSQL's casts outside of string literals: `'a'::character varying`. */
const withoutCasts = (value: string): string =>
  value.replace(
    /('(?:[^']|'')*')|::[a-z_ ]+(?:\(\d+(?:,\d+)?\))?(?: with(?:out)? time zone)?(?:\[\])?/gi,
    '$1',
  );

function withoutParentheses(value: string): string {
  const [, inner] = /^\s*\((.*)\)\s*$/s.exec(value) ?? [];
  return inner !== undefined && isBalanced(inner) ? withoutParentheses(inner) : value.trim();
}

/** False for `a) + (b`, which has no enclosing pair of parentheses. */
function isBalanced(value: string): boolean {
  let depth = 0;
  for (const [character] of value.replace(/'(?:[^']|'')*'/g, '').matchAll(/[()]/g)) {
    depth += character === '(' ? 1 : -1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

function textOf(literal: string, hasEscapes: boolean, engine: Engine): string {
  // MariaDB's catalog replaces characters of four bytes with `?`.
  if (engine === 'mysql')
    return unescapeLiteral(literal).replace(/\p{L}|[^]/gu, (one) => (one.length > 1 ? '?' : one));
  const text = literal.replaceAll("''", "'");
  return hasEscapes ? text.replaceAll('\\\\', '\\') : text;
}

function numberOf(text: string): string | number {
  if (/^(?:true|t)$/i.test(text)) return 1;
  if (/^(?:false|f)$/i.test(text)) return 0;
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : withoutForm(text);
}

/** The canonical form of `2026-01-02 03:04:05.000` and `2026-01-02T03:04:05+00`. */
const timeOf = (text: string): string =>
  text
    .toLowerCase()
    .replace('t', ' ')
    .replace(/(?<=\d)(?:\+00(?::?00)?|z)$/, '')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
