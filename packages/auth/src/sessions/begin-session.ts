import { AuthError } from '../auth-error.ts';
import type { AuthParts, TransactionParts } from '../auth-parts.ts';
import type { User } from '../current-user.ts';
import type { Session } from './session.ts';

/**
 * Locks the user of a session that is to begin, and loads them again. A session begins in the transaction of this lock, so that
 * nothing that ends sessions comes between.
 * @param checked the user as they were when the password was checked
 * @throws AuthError `unknown_user`; unless forced, `account_disabled` or `credential_changed`
 */
export async function lockForLogin<U extends User>(
  tx: TransactionParts<U>,
  checked: User,
  { force = false }: { force?: boolean } = {},
): Promise<U> {
  const user = await tx.lockUser(checked.id);
  if (!user) throw new AuthError('unknown_user');
  if (!user.isActive && !force) throw new AuthError('account_disabled');
  const changed = force ? [] : changedFields(tx, checked, user);
  if (changed.length > 0) throw new AuthError('credential_changed', changed);
  return user;
}

/**
 * Locks the user of a session that is to be replaced or that authorizes a change.
 * @throws AuthError `session_ended` when the session or its user no longer exists
 */
export async function lockSession<U extends User>(
  tx: TransactionParts<U>,
  { id, userId }: Pick<Session, 'id' | 'userId'>,
): Promise<{ user: U; session: Session }> {
  const user = await tx.lockUser(userId);
  const session = user && (await tx.sessions.list(userId)).find((other) => other.id === id);
  if (!session) throw new AuthError('session_ended');
  return { user, session };
}

/** Compares the fields of the credential. A caller that has only the id of a user compares nothing. */
function changedFields<U extends User>(
  { credential }: Pick<AuthParts<U>, 'credential'>,
  checked: User,
  current: U,
): string[] {
  // The cast: the names of the fields are not typed.
  const [before, now] = [checked, current] as unknown as Record<string, unknown>[];
  return credential.filter((field) => before?.[field] !== undefined && before[field] !== now?.[field]);
}
