import { AuthError, type Session } from '@latchkey/auth';
import type { UserRecord } from '@latchkey/db';
import type { Context } from './context.ts';
import { Refusal } from './reasons.ts';
import type { Transaction } from './transactions.ts';

/**
 * Runs a change of the user's own account, in one transaction. The session that authorizes it still exists in the transaction:
 * a change by a stolen session does not take effect after the user has ended that.
 * @param work gets the user as they are in the transaction
 */
export async function changeAccount<T>(
  { transaction, user, session }: Context & { user: UserRecord; session: Session | null },
  work: (tx: Transaction, user: UserRecord) => Promise<T>,
): Promise<T> {
  try {
    return await transaction(async (tx) => {
      const current = session ? await tx.auth.lockSession(session) : await tx.users.lockById(user.id);
      if (!current) throw new Refusal('login_required');
      if (!current.isActive) throw new Refusal('account_disabled');
      // A new role ends the fresh login.
      if (current.role !== user.role) throw new Refusal('fresh_login_required');
      return work(tx, current);
    });
  } catch (error) {
    if (error instanceof AuthError && error.reason === 'session_ended') throw new Refusal('login_required');
    throw error;
  }
}
