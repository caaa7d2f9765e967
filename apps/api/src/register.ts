import { DatabaseError, identityKey, type UserRecord } from '@latchkey/db';
import type { Context } from './context.ts';
import { hashNewPassword, withPasswordProblems } from './new-password.ts';
import { getSentence, Refusal } from './reasons.ts';
import { mustVerifyEmail, reportFailedLogin, toRefusal } from './sign-in.ts';
import { withTakenUsername } from './taken-username.ts';

type Registration = { username: string; email: string; password: string; password2?: string | undefined };

/** A user who has registered. They are not signed in where signing in requires a verified address. */
type Registered = { user: UserRecord; isSignedIn: boolean };

/**
 * Creates an account and signs in. The same registration again, as after a lost answer, signs in to the account.
 * @throws Refusal `username_taken`, `username_confusable` or `invalid_input`
 */
export async function register(ctx: Context, form: Registration): Promise<Registered> {
  return (await signInAgain(ctx, form)) ?? (await createAccount(ctx, form));
}

/**
 * Signs in to an existing account with this name, this address and this password. It counts as a sign-in: it computes one hash,
 * whatever the address is, so that the time does not show the address of an account.
 * @returns null when there is no such account
 */
async function signInAgain(ctx: Context, form: Registration): Promise<Registered | null> {
  const user = await ctx.users.findByLogin(form.username);
  if (!user) return null;
  const isSameAddress = user.email !== null && identityKey(user.email) === identityKey(form.email);
  const { isRight } = await ctx.passwords.check(isSameAddress ? user.passwordHash : null, form.password);
  if (!isSameAddress) return null;
  if (!isRight) {
    reportFailedLogin(ctx, user);
    return null;
  }
  if (!user.isActive) throw new Refusal('account_disabled');
  return begin(ctx, user);
}

async function createAccount(ctx: Context, form: Registration): Promise<Registered> {
  await refuseTakenUsername(ctx, form);
  const { username, email } = form;
  const passwordHash = await hashNewPassword(ctx, form, form);
  const insert = ctx.transaction(async ({ users, sendMail }) => {
    const created = await users.register({ username, email, passwordHash });
    await sendMail({ kind: 'verify_email', userId: created.id, data: { email } });
    return created;
  });
  const user = await insert.catch((error: unknown) => {
    if (error instanceof DatabaseError && error.reason === 'username_taken') return null;
    return toRefusal(error);
  });
  if (!user) {
    // A parallel request has taken the name. It may be the same form, sent twice.
    const again = await signInAgain(ctx, form);
    if (again) return again;
    throw new Refusal('username_taken', { username: getSentence('username_taken') });
  }
  await ctx.auth.events.emit('registered', { user, client: ctx.client });
  return begin(ctx, user);
}

/** Before the password is hashed, which costs more. Reports the problems of the password together with that of the name. */
async function refuseTakenUsername(ctx: Context, form: Registration): Promise<void> {
  const taken = await withTakenUsername(ctx, {}, form);
  if (Object.keys(taken).length === 0) return;
  const fields = withPasswordProblems(ctx, taken, form);
  const isTaken = taken['username'] === getSentence('username_taken');
  const reason = isTaken ? 'username_taken' : 'username_confusable';
  throw new Refusal(Object.keys(fields).length > 1 ? 'invalid_input' : reason, fields);
}

async function begin(ctx: Context, user: UserRecord): Promise<Registered> {
  if (mustVerifyEmail(ctx, user)) return { user, isSignedIn: false };
  await ctx.signIn(user, { remember: false }).catch(toRefusal);
  return { user, isSignedIn: true };
}
