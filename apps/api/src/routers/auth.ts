import { AuthError, hashToken, isFresh } from '@latchkey/auth';
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
import { hashNewPassword, withPasswordProblems } from '../new-password.ts';
import { newPasswordProcedure, protectedProcedure, publicProcedure, router } from '../procedures.ts';
import { publicUser } from '../public-user.ts';
import { Refusal, getSentence } from '../reasons.ts';
import { requestOrigin } from '../request-origin.ts';
import { withTakenUsername } from '../taken-username.ts';
import { verifyCredentials } from '../verify-credentials.ts';

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
    const { user, isRight, isOutdated } = await verifyCredentials(ctx, input);
    if (!user || !isRight) {
      reportFailedLogin(ctx, user);
      throw new Refusal('invalid_credentials');
    }
    if (!user.isActive) {
      reportFailedLogin(ctx, user);
      throw new Refusal('account_disabled');
    }

    if (isOutdated) await upgradeHash(ctx, user, input.password);
    await ctx.signIn(user, input).catch(toRefusal);
    return { user: publicUser(user) };
  }),

  /** Signs out. Succeeds without a session too. */
  logout: publicProcedure.mutation(async ({ ctx }) => {
    await ctx.signOut();
    return { signedOut: true };
  }),

  /**
   * Creates an account and signs in. A taken user name is reported, because names are public; a taken address is not
   * (docs/decisions/0004-do-not-reveal-registered-addresses.md).
   */
  register: newPasswordProcedure.input(registerInput).mutation(async ({ ctx, input }) => {
    const { username, email } = input;
    await refuseTakenUsername(ctx, input);
    const passwordHash = await hashNewPassword(ctx, input, input);
    const user = await ctx.users.register({ username, email, passwordHash }).catch(toRefusal);
    await ctx.sendMail({ kind: 'verify_email', userId: user.id, data: { email } });
    await ctx.auth.events.emit('registered', { user, client: ctx.client });
    await ctx.signIn(user, { remember: false });
    return { user: publicUser(user) };
  }),

  /** Checks the password again and makes the login fresh. Equivalent of Flask-Login's `confirm_login`. */
  confirm: protectedProcedure.input(confirmInput).mutation(async ({ ctx, input }) => {
    const { isRight } = await ctx.passwords.check(ctx.user.passwordHash, input.password);
    if (!isRight) {
      reportFailedLogin(ctx, ctx.user);
      throw new Refusal('wrong_password', { password: getSentence('wrong_password') });
    }
    if (!ctx.session) throw new Refusal('fresh_login_required');
    await ctx.confirmLogin(ctx.user, ctx.session);
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
    // Two requests may have found the link, but only one can use it.
    if (!(await ctx.links.redeem(tokenHash, ['reset_password']))) throw new Refusal('link_invalid');
    await ctx.users.setPassword(user.id, passwordHash);
    // The link was read at the address, which confirms the address.
    if (!user.emailVerifiedAt && user.email === link.email) await ctx.users.confirmEmail(user.id, link.email);

    await ctx.sendMail({ kind: 'password_was_reset', userId: user.id, data: requestOrigin(ctx) });
    await ctx.auth.events.emit('password_reset', { user, client: ctx.client });
    return { username: user.username };
  }),

  /** Confirms an address by the link that was sent to it. */
  verifyEmail: publicProcedure.input(linkInput).mutation(async ({ ctx, input: { token } }) => {
    const link = await ctx.links.redeem(hashToken(token), ['verify_email', 'change_email']);
    const before = link && (await ctx.users.findById(link.userId));
    if (!before || !(await ctx.users.confirmEmail(before.id, link.email))) throw new Refusal('link_invalid');

    const user = { ...before, email: link.email };
    if (link.purpose === 'verify_email' || before.email === link.email) {
      await ctx.auth.events.emit('email_verified', { user, client: ctx.client });
    } else await reportChangedEmail(ctx, before, user);
    return { email: link.email };
  }),

  /** Undoes a change of the address by the link that was sent to the old address. All sessions of the user end. */
  undoEmailChange: publicProcedure.input(linkInput).mutation(async ({ ctx, input: { token } }) => {
    const link = await ctx.links.redeem(hashToken(token), ['undo_email_change']);
    const user = link && (await ctx.users.findById(link.userId));
    if (!user || !(await ctx.users.confirmEmail(user.id, link.email))) throw new Refusal('link_invalid');

    await ctx.links.deleteLinks(user.id, [
      'change_email',
      'verify_email',
      'reset_password',
      'undo_email_change',
    ]);
    await ctx.auth.endAllSessions(user.id);
    await ctx.sendMail({ kind: 'email_change_undone', userId: user.id, data: {} });
    await ctx.auth.events.emit('email_change_undone', { user, client: ctx.client });
    return { email: link.email };
  }),
});

const linkPurposes = ['verify_email', 'change_email', 'undo_email_change', 'reset_password'] as const;

/** Before the password is hashed, which costs more. Reports the problems of the password together with that of the name. */
async function refuseTakenUsername(ctx: Context, form: object): Promise<void> {
  const taken = await withTakenUsername(ctx, {}, form);
  if (Object.keys(taken).length === 0) return;
  const fields = withPasswordProblems(ctx, taken, form);
  throw new Refusal(Object.keys(fields).length > 1 ? 'invalid_input' : 'username_taken', fields);
}

/** Runs after the response, so that its time does not show whether the user exists. */
function reportFailedLogin({ auth, client, afterResponse }: Context, user: UserRecord | null): void {
  afterResponse(() => auth.events.emit('login_failed', { userId: user?.id ?? null, client }));
}

/** Stores the password in the current format. If this fails, the login continues. */
async function upgradeHash(ctx: Context, user: UserRecord, password: string): Promise<void> {
  try {
    await ctx.users.upgradeHash(user.id, user.passwordHash, await ctx.passwords.hash(password));
  } catch (error) {
    ctx.log.warn({ err: error, requestId: ctx.requestId }, 'a password hash was not upgraded');
  }
}

/** Ends the user's other sessions (ASVS 5.0 §7.4.3) and notifies the old address, with a link that undoes the change. */
async function reportChangedEmail(ctx: Context, before: UserRecord, user: UserRecord): Promise<void> {
  const { session } = await ctx.identity();
  if (session?.userId === user.id) {
    await ctx.auth.endOtherDevices(session, ctx.client);
    await ctx.rotateSession(session);
  } else await ctx.auth.endAllSessions(user.id);

  if (before.email && before.emailVerifiedAt) {
    const data = { to: before.email, newEmail: user.email, ...requestOrigin(ctx) };
    await ctx.sendMail({ kind: 'email_changed', userId: user.id, data });
  }
  await ctx.auth.events.emit('email_changed', { user, client: ctx.client });
}

function toRefusal(error: unknown): never {
  if (error instanceof DatabaseError && error.reason === 'username_taken') {
    throw new Refusal('username_taken', { username: getSentence('username_taken') });
  }
  if (error instanceof AuthError) {
    throw new Refusal(error.reason === 'account_disabled' ? 'account_disabled' : 'invalid_credentials');
  }
  throw error;
}
