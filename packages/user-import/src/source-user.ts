import { z } from 'zod';
import { problemOfEmail, problemOfText, problemOfUsername, quoted } from './names.ts';
import { saysAdmin } from './roles.ts';
import { booleanOf, isNothing, momentOf, textOf } from './values.ts';

const longestHash = 255;

/** What another system had in its columns, read: null where it had nothing. Liberal, within what our columns hold. */
export const sourceUser = z.object({
  // Other keys than UUIDs mean nothing here.
  id: field((value) => uuidOf(textOf(value)), 'a UUID'),
  username: text(problemOfUsername),
  email: text(problemOfEmail),
  email_verified_at: field(yesOrMoment, 'yes, no, or a date and time'),
  pending_email: text(problemOfEmail),
  // Its message repeats nothing of it.
  password_hash: text((hash) => problemOfText(hash, longestHash)),
  password_changed_at: moment(),
  role: field((value) => saysAdmin(textOf(value)), 'a text'),
  is_admin: yesOrNo(),
  is_active: yesOrNo(),
  is_disabled: z
    .array(field(yesOrMoment, 'yes, no, or a date and time'))
    .default([])
    .transform((values) => values.some((value) => value !== null)),
  created_at: moment(),
  updated_at: moment(),
  delete_after: moment(),
  alarmed_at: moment(),
});

function moment() {
  return field(momentOf, 'a date and time like 2026-01-31 12:00:00');
}

function yesOrNo() {
  return field(booleanOf, 'yes or no');
}

/** Columns like `email_verified` and `banned_at`: since when, or just yes. No, and nothing, are the same. */
function yesOrMoment(value: unknown): true | Date | null | undefined {
  const isSo = booleanOf(value);
  return isSo === undefined ? momentOf(value) : isSo || null;
}

/** What a function of values.ts reads. */
function field<T>(read: (value: unknown) => T | null | undefined, expected: string) {
  return z
    .unknown()
    .optional()
    .transform((value, context): T | null => {
      const found = read(value);
      if (found !== undefined) return found;
      const shown = quoted(textOf(value) ?? 'a value of another kind');
      return refuse(context, `is ${shown}; expected ${expected}`);
    });
}

/** A text without the spaces around it, by which columns of a fixed width are filled up. */
function text(problemOf: (text: string) => string | null) {
  return z
    .unknown()
    .optional()
    .transform((value, context): string | null => {
      const found = textOf(value);
      if (found === undefined) return refuse(context, 'is no text');
      if (found === null || isNothing(found)) return null;
      const problem = problemOf(found.trim());
      return problem === null ? found.trim() : refuse(context, problem);
    });
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

function uuidOf(text: string | null | undefined): string | null {
  return text && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? text.toLowerCase() : null;
}
