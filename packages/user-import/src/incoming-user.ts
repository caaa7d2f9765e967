import { sourceUser } from './source-user.ts';
import type { SourceRow, SourceUser } from './fields.ts';
import type { ImportRow } from './import-row.ts';
import { suggestedUsername } from './suggested-username.ts';
import { textOf } from './values.ts';

/** What is stored for whoever has no password: it fits none. They choose one by "forgot password". */
export const noPassword = '!';

/** What the count of schemes calls those who come without a password. */
export const withoutPassword = { none: 'no password', unreadable: 'left behind: could not be read' } as const;

export type IncomingOptions = {
  now: Date;
  /** What can be told of a stored password: how it is hashed, and why it is of no use. */
  describeHash: (hash: string) => { scheme: string; problem: string | null };
  /** Whether people whose password cannot be read come without it; else theirs is a bad row. */
  leavesUnreadablePasswords: boolean;
};

/** Makes users of rows, and says of the others what is wrong with them. Never repeats a hash. */
export async function* incomingUsers(
  rows: AsyncIterable<readonly SourceRow[]>,
  options: IncomingOptions,
): AsyncGenerator<ImportRow[]> {
  for await (const some of rows) {
    yield some.map((row) =>
      row.source
        ? incomingUser(row.line, row.source, options)
        : { line: row.line, who: null, problem: row.problem },
    );
  }
}

function incomingUser(line: number, source: SourceUser, options: IncomingOptions): ImportRow {
  const bad = (problem: string): ImportRow => ({ line, who: nameIn(source), problem });

  const parsed = sourceUser.safeParse(source);
  if (!parsed.success) {
    return bad(parsed.error.issues.map(({ path, message }) => `${path.join()} ${message}`).join('; '));
  }
  const { data } = parsed;
  const username = data.username ?? (data.email && suggestedUsername(data.email));
  if (!username) return bad('has neither a user name nor an e-mail address');

  const password = passwordOf(data.password_hash, options);
  if (password.problem !== null) return bad(`password_hash: ${password.problem}`);

  const createdAt = data.created_at ?? options.now;
  const { email_verified_at: verifiedAt } = data;
  return {
    line,
    user: {
      id: data.id,
      username,
      isUsernameMade: data.username === null,
      email: data.email,
      // Some systems note that an address is verified, and not since when.
      emailVerifiedAt: data.email === null ? null : verifiedAt === true ? createdAt : verifiedAt,
      pendingEmail: data.pending_email,
      passwordHash: password.hash,
      passwordChangedAt: data.password_changed_at,
      role: data.role || data.is_admin ? 'admin' : 'user',
      isActive: data.is_active !== false && !data.is_disabled,
      createdAt,
      updatedAt: data.updated_at ?? options.now,
      deleteAfter: data.delete_after,
      tokenTheftDetectedAt: data.alarmed_at,
      scheme: password.scheme,
    },
  };
}

/** As it stands in the row; the terminal is not to be given control characters. */
function nameIn({ username, email }: SourceUser): string | null {
  const name = textOf(username) ?? textOf(email);
  return name ? name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD').slice(0, 64) : null;
}

type Password = { hash: string; scheme: string; problem: null } | { problem: string };

function passwordOf(stored: string | null, options: IncomingOptions): Password {
  if (stored === null || isUnusable(stored)) {
    return { hash: noPassword, scheme: withoutPassword.none, problem: null };
  }
  const { scheme, problem } = options.describeHash(stored);
  if (problem === null) return { hash: stored, scheme, problem };
  if (!options.leavesUnreadablePasswords) return { problem };
  return { hash: noPassword, scheme: withoutPassword.unreadable, problem: null };
}

/** Django writes `!` and random letters (`set_unusable_password`), shadow files `!`, `*` or `x`. */
const isUnusable = (stored: string) => /^[!*]/.test(stored) || stored === 'x';
