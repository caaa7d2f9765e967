import { z } from 'zod';
import { checkEmail, checkText, checkUsername, quote } from './check-text.ts';
import { knownFields } from './fields.ts';
import { hasAdminRole } from './has-admin-role.ts';
import {
  isNullText,
  parseBigint,
  parseBoolean,
  parseBytes,
  parseJson,
  parseNumber,
  parseText,
  parseTime,
} from './parse-values.ts';
import type { UserColumn } from './user-columns.ts';

const maxHashLength = 255;

/** Parses the values of a source user; missing ones become null. Tolerant, within the limits of the users table. */
export const sourceUserSchema = z.object({
  // Keys that are not UUIDs are replaced by new ones.
  id: field((value) => parseUuid(parseText(value)), 'a UUID'),
  username: text(checkUsername),
  email: text(checkEmail),
  email_verified_at: field(parseFlagOrTime, 'yes, no, or a date and time'),
  pending_email: text(checkEmail),
  // Its messages never contain the value.
  password_hash: text((hash) => checkText(hash, maxHashLength)),
  role: field((value) => hasAdminRole(parseText(value)), 'text'),
  is_admin: flag(),
  is_active: flag(),
  is_disabled: z
    .array(field(parseFlagOrTime, 'yes, no, or a date and time'))
    .default([])
    .transform((values) => values.some((value) => value !== null)),
  created_at: time(),
  updated_at: time(),
});

/** The schema of the other columns, by their type. Null is a missing value, which a column with a default accepts. */
export function otherColumnsSchema(columns: readonly UserColumn[]) {
  const isKnown = (name: string) => knownFields.some((field) => field === name);
  const others = columns.filter(({ name }) => !isKnown(name));
  return z.object(Object.fromEntries(others.map((column) => [column.name, columnSchema(column)])));
}

function columnSchema({ type, maxLength, isRequired }: UserColumn) {
  const require = <T>(value: T | null, context: z.RefinementCtx): T | null =>
    value === null && isRequired ? fail(context, 'is missing') : value;
  switch (type) {
    case 'text':
      return text((value) => checkText(value, maxLength ?? Infinity)).transform(require);
    case 'time':
      return time().transform(require);
    case 'boolean':
      return flag().transform(require);
    case 'number':
      return field(parseNumber, 'a number').transform(require);
    case 'bigint':
      return field(parseBigint, 'a whole number').transform(require);
    case 'bytes':
      return field(parseBytes, 'bytes in Base64').transform(require);
    case 'json':
      return field(parseJson, 'JSON').transform(require);
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
      const shown = quote(parseText(value) ?? 'a value of another type');
      return fail(context, `is ${shown}; expected ${expected}`);
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

function fail(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

function parseUuid(text: string | null | undefined): string | null {
  return text && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? text.toLowerCase() : null;
}
