import type { KnownField } from './fields.ts';
import type { ImportedUser, ImportRow } from './import-row.ts';
import { checkText } from './check-text.ts';
import { hasAdminRole } from './has-admin-role.ts';
import { parseText } from './parse-values.ts';
import { loginForDisplay } from './secret-text.ts';
import type { SourceRow, SourceUser } from './source-user.ts';
import { otherColumnsSchema, sourceUserSchema } from './source-user-schema.ts';
import { suggestUsername } from './suggest-username.ts';
import type { UserColumn } from './user-columns.ts';
import type { z } from 'zod';

/** The hash of a user without a password, which no password matches. Such users reset it by e-mail. */
export const unusablePasswordHash = '!';

/** The schemes under which the report counts users without a password. */
export const schemesWithoutPassword = {
  none: 'no password',
  unreadable: 'dropped: format not supported',
} as const;

/** The length of the column. */
const maxHashLength = 255;

export type ValidateOptions = {
  /** The columns of `User`. */
  columns: readonly UserColumn[];
  now: Date;
  /** Returns the scheme of a password hash, and why it is not supported, or null. */
  describeHash: (hash: string, isFlaskSecurity: boolean) => { scheme: string; problem: string | null };
  /** Roles of administrators, in addition to the usual names. */
  adminRoles?: readonly string[];
  /** Called for a role that is a number, of which the meaning is unknown. */
  onNumericRole?: () => void;
  /** Import users with an unsupported password hash without it. Otherwise their rows are bad. */
  dropUnreadablePasswords: boolean;
};

/** Converts source rows to users, or to problems, which never contain a password hash. */
export async function* validateRows(
  rows: AsyncIterable<readonly SourceRow[]>,
  options: ValidateOptions,
): AsyncGenerator<ImportRow[]> {
  const validator = { ...options, otherColumns: otherColumnsSchema(options.columns) };
  for await (const batch of rows) {
    yield batch.map((row) =>
      row.source
        ? validateRow(row.line, row.source, validator)
        : { line: row.line, who: null, problem: row.problem },
    );
  }
}

type Validator = ValidateOptions & { otherColumns: ReturnType<typeof otherColumnsSchema> };

function validateRow(line: number, source: SourceUser, options: Validator): ImportRow {
  // The columns of a bad row may be confused, so its user name is shown only with a valid e-mail address beside it.
  const isConfused = !source.email || sourceUserSchema.shape.email.safeParse(source.email).data == null;
  const who = isConfused
    ? null
    : loginForDisplay(parseText(source.username) ?? parseText(source.email) ?? null);
  const bad = (problem: string): ImportRow => ({ line, who, problem });

  const parsed = sourceUserSchema.safeParse(source);
  const others = options.otherColumns.safeParse(source);
  if (!parsed.success || !others.success) {
    const issues = [parsed, others].flatMap(({ error }) => error?.issues ?? []);
    return bad(issues.map(({ path, message }) => `${path.join()} ${message}`).join('; '));
  }
  const { data } = parsed;
  const username = data.username ?? (data.email && suggestUsername(data.email));
  if (!username) return bad('has neither a user name nor an e-mail address');

  const password = checkPassword(data.password_hash, source.is_flask_security ?? false, options);
  if (password.problem !== null) return bad(`password_hash: ${password.problem}`);

  const createdAt = data.created_at ?? options.now;
  const { email_verified_at: verifiedAt } = data;
  return {
    line,
    user: {
      ...toProperties(others.data, options.columns),
      id: data.id,
      username,
      isUsernameGenerated: data.username === null,
      email: data.email,
      // Some systems store that an address is verified, but not since when.
      emailVerifiedAt: data.email === null ? null : verifiedAt === true ? createdAt : verifiedAt,
      pendingEmail: data.pending_email,
      passwordHash: password.hash,
      role: isAdmin(data, options) ? 'admin' : 'user',
      isActive: data.is_active !== false && !data.is_disabled && !isBanned(data, options.now),
      createdAt,
      updatedAt: data.updated_at ?? options.now,
      scheme: password.scheme,
    },
  };
}

type Parsed = z.infer<typeof sourceUserSchema>;

function isAdmin({ role, is_admin, has_admin_role }: Parsed, options: ValidateOptions): boolean {
  const { adminRoles = [], onNumericRole = () => undefined } = options;
  if (role !== null && /^\d+$/.test(role) && !adminRoles.includes(role)) onNumericRole();
  return is_admin === true || has_admin_role === true || hasAdminRole(role, adminRoles);
}

/** A ban with an end has ended when that has passed. */
function isBanned({ is_banned, banned_until }: Parsed, now: Date): boolean {
  return banned_until === null ? is_banned !== null : banned_until > now;
}

type CamelCase<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<CamelCase<B>>}` : S;

type OtherProperties = Omit<ImportedUser, CamelCase<KnownField> | 'isUsernameGenerated' | 'scheme'>;

/** The other columns by property name, without those that get their default. */
function toProperties(values: Record<string, unknown>, columns: readonly UserColumn[]): OtherProperties {
  const found: Record<string, unknown> = {};
  for (const { name, setInRow, isNullable } of columns) {
    const value = values[name];
    if (value !== undefined && (value !== null || isNullable)) setInRow(found, value);
  }
  // The cast: the columns are those of the entity, each parsed by its type.
  return found as OtherProperties;
}

type Password = { hash: string; scheme: string; problem: null } | { problem: string };

function checkPassword(stored: string | null, isFlaskSecurity: boolean, options: ValidateOptions): Password {
  if (stored === null || isUnusable(stored)) {
    return { hash: unusablePasswordHash, scheme: schemesWithoutPassword.none, problem: null };
  }
  const { scheme, problem: unsupported } = options.describeHash(stored, isFlaskSecurity);
  const problem = checkText(stored, maxHashLength) ?? unsupported;
  if (problem === null) return { hash: stored, scheme, problem };
  if (!options.dropUnreadablePasswords) return { problem };
  return { hash: unusablePasswordHash, scheme: schemesWithoutPassword.unreadable, problem: null };
}

/** Django stores `!` and random letters (`set_unusable_password`), shadow files `!`, `*` or `x`. */
const isUnusable = (stored: string) => /^[!*]/.test(stored) || stored === 'x';
