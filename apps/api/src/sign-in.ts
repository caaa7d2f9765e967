import { AuthError, type Session } from '@latchkey/auth';
import { DatabaseError, type UserRecord } from '@latchkey/db';
import type { Context } from './context.ts';
import { Refusal, getSentence } from './reasons.ts';
import { verifyCredentials } from './verify-credentials.ts';

type Login = { username: string; password: string; remember: boolean };

/**
 * Checks a name and a password, and starts a session. The session begins only if the credential is still the one that was
 * checked (T10).
 * @returns the user, and whether the stored hash has another format than ours
 */
export async function signIn(ctx: Context, login: Login): Promise<{ user: UserRecord; isOutdated: boolean }> {
  const { user, isOutdated } = await verify(ctx, login);
  if (await hasBegun(ctx, user, () => ctx.signIn(user, login))) return { user, isOutdated };
  const again = await verify(ctx, login);
  await ctx.signIn(again.user, login).catch(toRefusal);
  return again;
}

/** Checks the password of the current user, and makes the login fresh, under the same condition. */
export async function confirmLogin(
  ctx: Context & { session: Session | null },
  user: UserRecord,
  password: string,
): Promise<void> {
  const { session } = ctx;
  await requirePassword(ctx, user, password);
  if (!session) throw new Refusal('fresh_login_required');
  if (await hasBegun(ctx, user, () => ctx.confirmLogin(user, session))) return;
  const current = (await ctx.users.findById(user.id)) ?? user;
  await requirePassword(ctx, current, password);
  await ctx.confirmLogin(current, session).catch(toRefusal);
}

/**
 * Whether a user has to verify their address before they can sign in. A user without an address cannot, and signs in: only
 * administrators and imports create such users.
 */
export const mustVerifyEmail = (
  { requiresVerifiedEmail }: Pick<Context, 'requiresVerifiedEmail'>,
  user: UserRecord,
): user is UserRecord & { email: string } =>
  requiresVerifiedEmail && user.email !== null && user.emailVerifiedAt === null;

/** @throws Refusal `invalid_credentials`, `account_disabled` or `email_not_verified` */
async function verify(ctx: Context, login: Login): Promise<{ user: UserRecord; isOutdated: boolean }> {
  const { user, isRight, isOutdated } = await verifyCredentials(ctx, login);
  if (!user || !isRight || !user.isActive) {
    reportFailedLogin(ctx, user);
    throw new Refusal(user && isRight ? 'account_disabled' : 'invalid_credentials');
  }
  if (mustVerifyEmail(ctx, user)) {
    await ctx.sendMail({ kind: 'verify_email', userId: user.id, data: { email: user.email } });
    throw new Refusal('email_not_verified');
  }
  return { user, isOutdated };
}

async function requirePassword(ctx: Context, user: UserRecord, password: string): Promise<void> {
  const { isRight } = await ctx.passwords.check(user.passwordHash, password);
  if (isRight) return;
  reportFailedLogin(ctx, user);
  throw new Refusal('wrong_password', { password: getSentence('wrong_password') });
}

/**
 * Begins a session of a user whose password was checked.
 * @returns false when the password has to be checked again: a parallel sign-in has stored its hash in our format
 */
async function hasBegun(ctx: Context, user: UserRecord, begin: () => Promise<void>): Promise<boolean> {
  try {
    await begin();
    return true;
  } catch (error) {
    if (error instanceof AuthError && error.reason === 'credential_changed') {
      if (error.changed.every((field) => field === 'passwordHash')) return false;
      reportFailedLogin(ctx, user);
    }
    return toRefusal(error);
  }
}

/** Runs after the response, so that its time does not show whether the user exists. */
export function reportFailedLogin({ auth, client, afterResponse }: Context, user: UserRecord | null): void {
  afterResponse(() => auth.events.emit('login_failed', { userId: user?.id ?? null, client }));
}

const isNameReason = (reason: string): reason is 'username_taken' | 'username_confusable' =>
  reason === 'username_taken' || reason === 'username_confusable';

/** Turns the errors of signing in and registering into refusals. */
export function toRefusal(error: unknown): never {
  if (error instanceof DatabaseError && isNameReason(error.reason)) {
    throw new Refusal(error.reason, { username: getSentence(error.reason) });
  }
  if (error instanceof DatabaseError && error.reason === 'last_admin') throw new Refusal('last_admin');
  if (error instanceof AuthError) throw new Refusal(refusals[error.reason]);
  throw error;
}

const refusals = {
  account_disabled: 'account_disabled',
  unknown_user: 'invalid_credentials',
  credential_changed: 'invalid_credentials',
  session_ended: 'login_required',
} as const;
