import { z } from 'zod';
import { checkEmail, checkUsername } from './check-text.ts';
import { knownFields } from './fields.ts';
import {
  isNullText,
  parseBigint,
  parseBoolean,
  parseBytes,
  parseDay,
  parseDecimal,
  parseInteger,
  parseJson,
  parseNumber,
  parseText,
  parseTime,
} from './parse-values.ts';
import type { UserColumn } from './user-columns.ts';

/** Parses the values of a source user; missing ones become null. Tolerant, within the limits of the users table. */
export const sourceUserSchema = z.object({
  // Keys that are not UUIDs are replaced by new ones.
  id: field(parseUuid, 'a UUID'),
  username: text(checkUsername),
  email: text(checkEmail),
  email_verified_at: field(parseFlagOrTime, 'yes, no, or a date and time'),
  pending_email: text(checkEmail),
  password_hash: text(() => null),
  role: field(parseRoles, 'text'),
  has_admin_role: flag(),
  is_admin: flag(),
  is_active: flag(),
  is_disabled: z
    .array(field(parseFlagOrTime, 'yes, no, or a date and time'))
    .default([])
    .transform((values) => values.some((value) => value !== null)),
  is_banned: field(parseFlagOrTime, 'yes, no, or a date and time'),
  banned_until: field(parseUntil, 'a date and time like 2026-01-31 12:00:00'),
  created_at: time(),
  updated_at: time(),
});

/** The schema of the other columns, by their type. Null is a missing value, which a column with a default accepts. */
export function otherColumnsSchema(columns: readonly UserColumn[]) {
  const isKnown = (name: string) => knownFields.some((field) => field === name);
  const others = columns.filter(({ name }) => !isKnown(name));
  return z
    .object(Object.fromEntries(others.map((column) => [column.name, columnSchema(column)])))
    .superRefine((values, context) => {
      for (const { name, together } of others) {
        const given = together.find((other) => values[other] !== null);
        if (values[name] !== null || given === undefined) continue;
        context.addIssue({ code: 'custom', path: [name], message: `is missing, but ${given} is given` });
      }
    });
}

function columnSchema(column: UserColumn) {
  const { choices, isRequired } = column;
  return valueSchema(column).transform((value: unknown, context): unknown => {
    if (value === null) return isRequired ? fail(context, 'is missing') : null;
    if (choices === null || choices.includes(value)) return value;
    return fail(context, `is not one of ${choices.join(', ')}`);
  });
}

function valueSchema({ type, maxLength, isRequired }: UserColumn) {
  switch (type) {
    case 'text':
      return plainText(maxLength ?? Infinity, isRequired ? '' : null);
    case 'date':
      return field(parseDay, 'a day like 2026-01-31');
    case 'decimal':
      return field(parseDecimal, 'a decimal number');
    case 'time':
      return time();
    case 'boolean':
      return flag();
    case 'integer':
      return field(parseInteger, 'a whole number');
    case 'number':
      return field(parseNumber, 'a number');
    case 'bigint':
      return field(parseBigint, 'a whole number');
    case 'bytes':
      return field(parseBytes, 'in Base64');
    case 'json':
      return field(parseJson, 'valid JSON');
  }
}

function time() {
  return field(parseTime, 'a date and time like 2026-01-31 12:00:00');
}

function flag() {
  return field(parseBoolean, 'yes or no');
}

/** Columns such as `email_verified` and `banned_at` contain a time or only yes. No and a missing value are both null. */
function parseFlagOrTime(value: unknown): true | Date | null | undefined {
  const flag = parseBoolean(value);
  return flag === undefined ? parseTime(value) : flag || null;
}

/** A value that a function of parse-values.ts parses. */
function field<T>(parse: (value: unknown) => T | null | undefined, expected: string) {
  return z
    .unknown()
    .optional()
    .transform((value, context): T | null => {
      const parsed = parse(value);
      if (parsed !== undefined) return parsed;
      // The value is not shown: if the columns are confused, it is the password hash.
      return fail(context, `is not ${expected}`);
    });
}

/** A text, trimmed: columns of a fixed width pad it with spaces. */
function text(check: (text: string) => string | null) {
  return z
    .unknown()
    .optional()
    .transform((value, context): string | null => {
      const parsed = parseText(value);
      if (parsed === undefined) return fail(context, 'is not text');
      if (parsed === null || isNullText(parsed)) return null;
      const problem = check(parsed.trim());
      return problem === null ? parsed.trim() : fail(context, problem);
    });
}

/**
 * A text that is stored as it is, also with line breaks.
 * @param empty the value for an empty text, which files of other systems contain for a missing value
 */
function plainText(maxLength: number, empty: '' | null) {
  return z
    .unknown()
    .optional()
    .transform((value, context): string | null => {
      if (value === '') return empty;
      const parsed = parseText(value);
      if (parsed === undefined) return fail(context, 'is not text');
      if (parsed === null || isNullText(parsed)) return parsed && parsed.trim() === '' ? parsed : null;
      if (parsed.length > maxLength) return fail(context, `is longer than ${maxLength} characters`);
      const isStorable = parsed.isWellFormed() && !/[\0\uFFFD]/.test(parsed);
      return isStorable ? parsed : fail(context, 'is not valid UTF-8');
    });
}

function fail(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

/** A UUID as text, also in braces or without hyphens, as Django stores it on SQLite and MySQL; or its 16 bytes. */
function parseUuid(value: unknown): string | null {
  const isBytes = value instanceof Uint8Array && value.length === 16;
  const text = isBytes ? Buffer.from(value).toString('hex') : (parseText(value)?.trim() ?? '');
  const [, ...parts] =
    /^\{?([\da-f]{8})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{12})\}?$/i.exec(text) ?? [];
  return parts.length > 0 ? parts.join('-').toLowerCase() : null;
}

/** The names of roles as one text; JSON has them as a list, of texts or of objects with a name. */
function parseRoles(value: unknown): string | null | undefined {
  if (!Array.isArray(value)) return parseText(value);
  const names = value.map((role: unknown) =>
    typeof role === 'object' && role !== null && 'name' in role ? parseText(role.name) : parseText(role),
  );
  return names.includes(undefined) ? undefined : names.join(',');
}

/** The end of a ban. Systems store a ban without an end as `infinity` or in the year 9999. */
function parseUntil(value: unknown): Date | null | undefined {
  const text = parseText(value)?.trim();
  if (text !== undefined && /^(infinity$|9999-|[+]?\d{5,6}-)/i.test(text))
    return new Date('2200-01-01T00:00:00Z');
  const isNone = text !== undefined && /^(none|-infinity|0001-.*)$/i.test(text);
  return isNone ? null : parseTime(value);
}
