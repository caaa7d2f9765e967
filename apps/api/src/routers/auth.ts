import { AuthError, hashToken, isFresh, type PasswordCheck } from '@latchkey/auth';
import { DatabaseError, type UserRecord } from '@latchkey/db';
import type { Context } from '../context.ts';
import {
  confirmInput,
  emailInput,
  linkInput,
  loginInput,
  registerInput,
  resetPasswordInput,
} from '../fields.ts';
import { hashNewPassword } from '../new-password.ts';
import { newPasswordProcedure, protectedProcedure, publicProcedure, router } from '../procedures.ts';
import { Refusal } from '../reasons.ts';
import { shown } from '../shown-user.ts';
import { traceOf } from '../trace.ts';

/** Signing in and out, registering, who is signed in, and what links in mails are good for. */
export const authRouter = router({
  /** Who is signed in; null for nobody. Twin of Flask-Login's `current_user`. */
  me: publicProcedure.query(async ({ ctx }) => {
    const { current, session } = await ctx.signedIn();
    if (!current.isActive) return null;
    const { user } = current;
    return {
      user: shown(user),
      /** Null for a user whom the request loader has found. */
      session: session && {
        createdAt: session.createdAt,
        expiresAt: session.expiresAt,
        isRemembered: session.isRemembered,
        isFresh: isFresh(session),
        freshUntil: session.freshUntil,
      },
      /** When a copied remember token came to light, until the person has seen it said. */
      alarmedAt: user.alarmedAt,
      /** When the account goes, because the person wants it gone. */
      deleteAfter: user.deleteAfter,
    };
  }),

  /**
   * Signs in by user name or e-mail address. An unknown name takes as long as a wrong password and gets the same answer
   * (ASVS 5.0 §6.3.8); that an account is disabled is told only to whoever knows its password.
   */
  login: publicProcedure.input(loginInput).mutation(async ({ ctx, input }) => {
    const { user, isRight, isOutdated } = await whoIs(ctx, input);
    if (!user || !isRight) {
      tellFailed(ctx, user);
      throw new Refusal('invalid_credentials');
    }
    if (!user.isActive) {
      tellFailed(ctx, user);
      throw new Refusal('account_disabled');
    }

    if (isOutdated) await upgradeHash(ctx, user, input.password);
    await ctx.signIn(user, input).catch(toRefusal);
    return { user: shown(user) };
  }),

  /** Signs out; nobody may do so too. */
  logout: publicProcedure.mutation(async ({ ctx }) => {
    await ctx.signOut();
    return { signedOut: true };
  }),

  /**
   * Makes an account and signs it in. A taken user name is told, since names are public here; a taken address is not
   * (docs/decisions/0004-a-taken-address-tells-nothing.md).
   */
  register: newPasswordProcedure.input(registerInput).mutation(async ({ ctx, input }) => {
    const { username, email } = input;
    const passwordHash = await hashNewPassword(ctx, input, input);
    const user = await ctx.users.create({ username, email, passwordHash }).catch(toRefusal);
    await ctx.sendMail({ kind: 'verify_email', userId: user.id, data: { email } });
    await ctx.auth.events.emit('registered', { user, client: ctx.client });
    await ctx.signIn(user, { remember: false });
    return { user: shown(user) };
  }),

  /** The password once more, for something sensitive: makes the session fresh. Twin of `confirm_login`. */
  confirm: protectedProcedure.input(confirmInput).mutation(async ({ ctx, input }) => {
    const { isRight } = await ctx.passwords.check(ctx.user.passwordHash, input.password);
    if (!isRight) {
      tellFailed(ctx, ctx.user);
      throw new Refusal('wrong_password', { password: 'That password is not right. Try again.' });
    }
    if (!ctx.session) throw new Refusal('fresh_login_required');
    await ctx.confirm(ctx.user, ctx.session);
    return { confirmed: true };
  }),

  /**
   * Asks for a link to choose a new password. The answer, and the work before it, are the same whether anybody has this
   * address: who has it is looked up when the mail is made.
   */
  forgotPassword: publicProcedure.input(emailInput).mutation(async ({ ctx, input: { email } }) => {
    await ctx.sendMail({ kind: 'reset_password', userId: null, data: { email, ...traceOf(ctx) } });
    return { sent: true };
  }),

  /** What a link in a mail is good for, without using it up. */
  checkLink: publicProcedure.input(linkInput).mutation(async ({ ctx, input: { token } }) => {
    const link = await ctx.links.find(hashToken(token), purposes);
    const user = link && (await ctx.users.findById(link.userId));
    if (!user) throw new Refusal('link_invalid');
    return { purpose: link.purpose, username: user.username, email: link.email };
  }),

  /** Chooses a new password by a link: it is used up, and every session of the person ends. */
  resetPassword: newPasswordProcedure.input(resetPasswordInput).mutation(async ({ ctx, input }) => {
    const tokenHash = hashToken(input.token);
    const link = await ctx.links.find(tokenHash, ['reset_password']);
    const user = link && (await ctx.users.findById(link.userId));
    if (!user) throw new Refusal('link_invalid');

    const passwordHash = await hashNewPassword(ctx, input, user);
    // Of two who hold the link, one gets it.
    if (!(await ctx.links.take(tokenHash, ['reset_password']))) throw new Refusal('link_invalid');
    await ctx.users.setPassword(user.id, passwordHash);
    // Who could read the mail has the address.
    if (!user.emailVerifiedAt && user.email === link.email) await ctx.users.confirmEmail(user.id, link.email);

    await ctx.sendMail({ kind: 'password_was_reset', userId: user.id, data: traceOf(ctx) });
    await ctx.auth.events.emit('password_reset', { user, client: ctx.client });
    return { username: user.username };
  }),

  /** Shows that an address is one's own, by a link that was sent there. */
  verifyEmail: publicProcedure.input(linkInput).mutation(async ({ ctx, input: { token } }) => {
    const link = await ctx.links.take(hashToken(token), ['verify_email', 'change_email']);
    const before = link && (await ctx.users.findById(link.userId));
    if (!before || !(await ctx.users.confirmEmail(before.id, link.email))) throw new Refusal('link_invalid');

    const user = { ...before, email: link.email };
    if (link.purpose === 'verify_email' || before.email === link.email) {
      await ctx.auth.events.emit('email_verified', { user, client: ctx.client });
    } else await tellChanged(ctx, before, user);
    return { email: link.email };
  }),

  /** Takes a change of the address back, by the link that was sent to the old one; every session ends. */
  undoEmailChange: publicProcedure.input(linkInput).mutation(async ({ ctx, input: { token } }) => {
    const link = await ctx.links.take(hashToken(token), ['undo_email_change']);
    const user = link && (await ctx.users.findById(link.userId));
    if (!user || !(await ctx.users.confirmEmail(user.id, link.email))) throw new Refusal('link_invalid');

    await ctx.links.endOf(user.id, ['change_email', 'verify_email', 'reset_password', 'undo_email_change']);
    await ctx.auth.endSessionsOf(user.id);
    await ctx.sendMail({ kind: 'email_change_undone', userId: user.id, data: {} });
    await ctx.auth.events.emit('email_change_undone', { user, client: ctx.client });
    return { email: link.email };
  }),
});

const purposes = ['verify_email', 'change_email', 'undo_email_change', 'reset_password'] as const;

type Found = { user: UserRecord | null } & PasswordCheck;

/**
 * Finds who has this name and password. An address may be somebody's, and still be what others have registered with: each
 * signs in with it, by their own password, and it takes the time of as many hashes whoever they are. Otherwise trying to sign
 * in after registering would tell that the address was taken (docs/decisions/0004).
 */
async function whoIs(
  ctx: Context,
  { username, password }: { username: string; password: string },
): Promise<Found> {
  const user = await ctx.users.findByLogin(username);
  const check = await ctx.passwords.check(user?.passwordHash ?? null, password);
  const isSure = check.isRight && (user?.emailVerifiedAt || user?.email === null);
  if (isSure || !username.includes('@')) return { user, ...check };

  const waiting = await ctx.users.findByPendingEmail(username, mostWaiting);
  const found = [{ user, ...check }];
  for (let i = 0; i < mostWaiting; i++) {
    const other = waiting[i] ?? null;
    found.push({ user: other, ...(await ctx.passwords.check(other?.passwordHash ?? null, password)) });
  }
  return found.find(({ isRight }) => isRight) ?? { user, ...check };
}

/** Of those who wait for the same address, so many can sign in with it. Each costs a hash, whether there is one or not. */
const mostWaiting = 3;

/** After the answer: what is noted down for a name that exists must not be told from the time an answer takes. */
function tellFailed({ auth, client, later }: Context, user: UserRecord | null): void {
  later(() => auth.events.emit('login_failed', { userId: user?.id ?? null, client }));
}

/** Stores the password in today's form. Signing in goes on whatever becomes of it. */
async function upgradeHash(ctx: Context, user: UserRecord, password: string): Promise<void> {
  try {
    await ctx.users.upgradeHash(user.id, user.passwordHash, await ctx.passwords.hash(password));
  } catch (error) {
    ctx.log.warn({ err: error, requestId: ctx.requestId }, 'a password hash was not upgraded');
  }
}

/** The old address is told, and can take it back; whoever else is signed in is not any more (ASVS 5.0 §7.4.3). */
async function tellChanged(ctx: Context, before: UserRecord, user: UserRecord): Promise<void> {
  const { session } = await ctx.signedIn();
  if (session?.userId === user.id) {
    await ctx.auth.endOtherDevices(session, ctx.client);
    await ctx.renew(session);
  } else await ctx.auth.endSessionsOf(user.id);

  if (before.email && before.emailVerifiedAt) {
    const data = { to: before.email, newEmail: user.email, ...traceOf(ctx) };
    await ctx.sendMail({ kind: 'email_changed', userId: user.id, data });
  }
  await ctx.auth.events.emit('email_changed', { user, client: ctx.client });
}

function toRefusal(error: unknown): never {
  if (error instanceof DatabaseError && error.reason === 'username_taken') {
    const refusal = new Refusal('username_taken');
    refusal.fields['username'] = refusal.message;
    throw refusal;
  }
  if (error instanceof AuthError) {
    throw new Refusal(error.reason === 'account_disabled' ? 'account_disabled' : 'invalid_credentials');
  }
  throw error;
}
