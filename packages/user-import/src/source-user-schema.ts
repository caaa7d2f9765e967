import { z } from 'zod';
import { checkEmail, checkText, checkUsername, quote } from './check-text.ts';
import { hasAdminRole } from './has-admin-role.ts';
import { parseBoolean, isNullText, parseTime, parseText } from './parse-values.ts';

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
  password_changed_at: time(),
  role: field((value) => hasAdminRole(parseText(value)), 'text'),
  is_admin: flag(),
  is_active: flag(),
  is_disabled: z
    .array(field(parseFlagOrTime, 'yes, no, or a date and time'))
    .default([])
    .transform((values) => values.some((value) => value !== null)),
  created_at: time(),
  updated_at: time(),
  delete_after: time(),
  alarmed_at: time(),
});

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
