import { AuthError, hashToken, isFresh, type Client, type NewTokens, type Session } from '@latchkey/auth';
import type { Link, UserRecord } from '@latchkey/db';
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
import { publicUser } from '../public-user.ts';
import { Refusal } from '../reasons.ts';
import { requestOrigin } from '../request-origin.ts';
import { register } from '../register.ts';
import { confirmLogin, signIn } from '../sign-in.ts';
import type { Transaction } from '../transactions.ts';

/** Signing in and out, registering, and the links in mails. */
export const authRouter = router({
  /** The current user and session; null for the anonymous user. Equivalent of Flask-Login's `current_user`. */
  me: publicProcedure.query(async ({ ctx }) => {
    const { current, session } = await ctx.identity();
    if (!current.isActive) return null;
    const { user } = current;
    return {
      user: publicUser(user),
      /** Null for a user found by the request loader. */
      session: session && {
        createdAt: session.createdAt,
        expiresAt: session.expiresAt,
        isRemembered: session.isRemembered,
        isFresh: isFresh(session),
        freshUntil: session.freshUntil,
      },
      /** When a copied remember token was used, until the user has dismissed the notice. */
      tokenTheftDetectedAt: user.tokenTheftDetectedAt,
      /** When the account will be deleted, at the user's request. */
      deleteAfter: user.deleteAfter,
    };
  }),

  /**
   * Signs in by user name or e-mail address. A wrong password and an unknown name get the same answer in the same time (ASVS
   * 5.0 §6.3.8); `account_disabled` is only sent after the right password.
   */
  login: publicProcedure.input(loginInput).mutation(async ({ ctx, input }) => {
    const { user, isOutdated } = await signIn(ctx, input);
    if (isOutdated) await upgradeHash(ctx, user, input.password);
    return { user: publicUser(user) };
  }),

  /** Signs out. Succeeds without a session too. */
  logout: publicProcedure.mutation(async ({ ctx }) => {
    await ctx.signOut();
    return { signedOut: true };
  }),

  /**
   * Creates an account and signs in. A taken user name is reported, because names are public; a taken address is not
   * (docs/decisions/0004-do-not-reveal-registered-addresses.md). The same registration again signs in.
   */
  register: newPasswordProcedure.input(registerInput).mutation(async ({ ctx, input }) => {
    if (ctx.registration === 'closed') throw new Refusal('registration_closed');
    const { user, isSignedIn } = await register(ctx, input);
    return { user: publicUser(user), isSignedIn };
  }),

  /** Checks the password again and makes the login fresh. Equivalent of Flask-Login's `confirm_login`. */
  confirm: protectedProcedure.input(confirmInput).mutation(async ({ ctx, input }) => {
    await confirmLogin(ctx, ctx.user, input.password);
    return { confirmed: true };
  }),

  /**
   * Requests a link to choose a new password. The user is looked up when the mail is rendered, so that the answer and its time do
   * not show whether the address is known.
   */
  forgotPassword: publicProcedure.input(emailInput).mutation(async ({ ctx, input: { email } }) => {
    await ctx.sendMail({ kind: 'reset_password', userId: null, data: { email, ...requestOrigin(ctx) } });
    return { sent: true };
  }),

  /** Returns the purpose of a mailed link, without using it. */
  checkLink: publicProcedure.input(linkInput).mutation(async ({ ctx, input: { token } }) => {
    const link = await ctx.links.find(hashToken(token), linkPurposes);
    const user = link && (await ctx.users.findById(link.userId));
    if (!user) throw new Refusal('link_invalid');
    return { purpose: link.purpose, username: user.username, email: link.email };
  }),

  /** Sets a new password by a link, which can be used once. All sessions of the user end. */
  resetPassword: newPasswordProcedure.input(resetPasswordInput).mutation(async ({ ctx, input }) => {
    const tokenHash = hashToken(input.token);
    const link = await ctx.links.find(tokenHash, ['reset_password']);
    const user = link && (await ctx.users.findById(link.userId));
    if (!user) throw new Refusal('link_invalid');

    const passwordHash = await hashNewPassword(ctx, input, user);
    await ctx.transaction(async (tx) => {
      const { emailVerifiedAt, email } = await redeemLink(tx, tokenHash, link);
      await tx.users.setPassword(user.id, passwordHash);
      // The link was read at the address, which confirms the address.
      if (!emailVerifiedAt && email === link.email) await tx.users.confirmEmail(user.id, link.email);
      await tx.sendMail({ kind: 'password_was_reset', userId: user.id, data: requestOrigin(ctx) });
    });
    await ctx.auth.events.emit('password_reset', { user, client: ctx.client });
    return { username: user.username };
  }),

  /** Confirms an address by the link that was sent to it. */
  verifyEmail: publicProcedure.input(linkInput).mutation(async ({ ctx, input: { token } }) => {
    const tokenHash = hashToken(token);
    const link = await ctx.links.find(tokenHash, ['verify_email', 'change_email']);
    if (!link) throw new Refusal('link_invalid');
    // Read before the transaction: it may itself start a session.
    const session = link.purpose === 'change_email' ? (await ctx.identity()).session : null;

    const { user, isChange, tokens } = await ctx.transaction(async (tx) => {
      const before = await redeemLink(tx, tokenHash, link);
      if (!(await tx.users.confirmEmail(before.id, link.email))) throw new Refusal('link_invalid');
      const confirmed = { ...before, email: link.email };
      if (link.purpose === 'verify_email' || before.email === link.email) {
        return { user: confirmed, isChange: false, tokens: null };
      }
      const rotated = await endSessionsOfOldAddress(tx, before, session, ctx.client);
      if (before.email && before.emailVerifiedAt) {
        const data = { to: before.email, newEmail: link.email, ...requestOrigin(ctx) };
        await tx.sendMail({ kind: 'email_changed', userId: before.id, data });
      }
      return { user: confirmed, isChange: true, tokens: rotated };
    });

    if (tokens) ctx.issueTokens(tokens);
    const event = { user, client: ctx.client };
    if (isChange) await ctx.auth.events.emit('email_changed', event);
    else await ctx.auth.events.emit('email_verified', event);
    return { email: user.email };
  }),

  /** Undoes a change of the address by the link that was sent to the old address. All sessions of the user end. */
  undoEmailChange: publicProcedure.input(linkInput).mutation(async ({ ctx, input: { token } }) => {
    const tokenHash = hashToken(token);
    const link = await ctx.links.find(tokenHash, ['undo_email_change']);
    if (!link) throw new Refusal('link_invalid');
    const user = await ctx.transaction(async (tx) => {
      const before = await redeemLink(tx, tokenHash, link);
      if (!(await tx.users.confirmEmail(before.id, link.email))) throw new Refusal('link_invalid');
      await tx.links.deleteLinks(before.id, linkPurposes);
      await tx.users.endSessions(before.id);
      await tx.sendMail({ kind: 'email_change_undone', userId: before.id, data: {} });
      return { ...before, email: link.email };
    });
    await ctx.auth.events.emit('email_change_undone', { user, client: ctx.client });
    return { email: user.email };
  }),
});

const linkPurposes = ['verify_email', 'change_email', 'undo_email_change', 'reset_password'] as const;

/**
 * Uses up a link, and locks its user first: a transaction of MariaDB reads everything as it was at its first read, unless that
 * waits for a lock.
 * @throws Refusal `link_invalid` when another request has just used the link
 */
async function redeemLink(
  { links, users }: Transaction,
  tokenHash: string,
  { userId, purpose }: Link,
): Promise<UserRecord> {
  const user = await users.lockById(userId);
  if (!user || !(await links.redeem(tokenHash, [purpose]))) throw new Refusal('link_invalid');
  return user;
}

/**
 * Ends a user's sessions except the one of this request (ASVS 5.0 §7.4.3).
 * @returns new tokens for that one; null when the request has no session of the user
 */
async function endSessionsOfOldAddress(
  { auth }: Transaction,
  { id }: UserRecord,
  session: Session | null,
  client: Client,
): Promise<NewTokens | null> {
  const own = session?.userId === id ? await lockedOrNull(auth, session) : null;
  if (!own) {
    await auth.endAllSessions(id);
    return null;
  }
  await auth.endOtherDevices(own);
  return auth.rotateSession(own, client);
}

/** The session, unless it has ended since the request read it. */
async function lockedOrNull(auth: Transaction['auth'], session: Session): Promise<Session | null> {
  try {
    await auth.lockSession(session);
    return session;
  } catch (error) {
    if (error instanceof AuthError) return null;
    throw error;
  }
}

/** Stores the password in the current format. If this fails, the login continues. */
async function upgradeHash(ctx: Context, user: UserRecord, password: string): Promise<void> {
  try {
    await ctx.users.upgradeHash(user.id, user.passwordHash, await ctx.passwords.hash(password));
  } catch (error) {
    ctx.log.warn({ err: error, requestId: ctx.requestId }, 'a password hash was not upgraded');
  }
}
