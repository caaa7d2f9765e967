import { deviceName, isFresh } from '@latchkey/auth';
import { identityKey } from '@latchkey/db';
import { changeAccount } from '../change-account.ts';
import { changePasswordInput, emailInput, idInput, pageInput, usernameInput } from '../fields.ts';
import { hashNewPassword } from '../new-password.ts';
import { freshProcedure, protectedProcedure, router } from '../procedures.ts';
import { publicUser } from '../public-user.ts';
import { Refusal } from '../reasons.ts';
import { requestOrigin } from '../request-origin.ts';
import { toRefusal } from '../sign-in.ts';

/** The current user's own account. */
export const accountRouter = router({
  profile: protectedProcedure.query(({ ctx: { user, session } }) => ({
    ...publicUser(user),
    memberSince: user.createdAt,
    passwordChangedAt: user.passwordChangedAt,
    signedInSince: session?.createdAt ?? null,
    isRemembered: session?.isRemembered ?? false,
    isFresh: session !== null && isFresh(session),
    deleteAfter: user.deleteAfter,
  })),

  /** Changes the user name, with which the user signs in from then on. */
  changeUsername: freshProcedure.input(usernameInput).mutation(async ({ ctx, input: { username } }) => {
    const former = ctx.user.username;
    if (username === former) {
      throw new Refusal('invalid_input', { username: 'This is your current user name. Enter another one.' });
    }
    const change = changeAccount(ctx, async (tx, { id }) => {
      await tx.users.setUsername(id, username);
      const data = { former, ...requestOrigin(ctx) };
      await tx.sendMail({ kind: 'username_changed', userId: id, data });
    });
    await change.catch(toRefusal);
    const user = { ...ctx.user, username };
    await ctx.auth.events.emit('username_changed', { user, client: ctx.client });
    return { user: publicUser(user) };
  }),

  /** Ends every other session. This one gets new tokens, and stays remembered if it was. */
  changePassword: freshProcedure.input(changePasswordInput).mutation(async ({ ctx, input }) => {
    const { user, session } = ctx;
    const passwordHash = await hashNewPassword(ctx, input, user);
    const tokens = await changeAccount(ctx, async (tx) => {
      await tx.users.setPassword(user.id, passwordHash, session.browserId);
      await tx.sendMail({ kind: 'password_changed', userId: user.id, data: requestOrigin(ctx) });
      return tx.auth.rotateSession(session, ctx.client);
    });
    ctx.issueTokens(tokens);
    await ctx.auth.events.emit('password_changed', { user, client: ctx.client });
    return { changed: true };
  }),

  /** Requests another address, which replaces the current one once it is confirmed. The current one is notified. */
  changeEmail: freshProcedure.input(emailInput).mutation(async ({ ctx, input: { email } }) => {
    const { user } = ctx;
    if (user.email && identityKey(email) === identityKey(user.email)) {
      throw new Refusal('invalid_input', { email: 'This is your current address. Enter another one.' });
    }
    await changeAccount(ctx, async (tx, current) => {
      await tx.links.deleteLinks(user.id, ['change_email', 'verify_email']);
      await tx.users.setPendingEmail(user.id, email);
      await tx.sendMail({ kind: 'change_email', userId: user.id, data: { email } });
      if (!current.email || !current.emailVerifiedAt) return;
      const data = { to: current.email, newEmail: email, ...requestOrigin(ctx) };
      await tx.sendMail({ kind: 'email_change_requested', userId: user.id, data });
    });
    await ctx.auth.events.emit('email_change_requested', { user, client: ctx.client });
    return { sentTo: email };
  }),

  cancelEmailChange: protectedProcedure.mutation(async ({ ctx }) => {
    await changeAccount(ctx, async ({ links, users }, { id }) => {
      await links.deleteLinks(id, ['change_email']);
      await users.setPendingEmail(id, null);
    });
    return { cancelled: true };
  }),

  /** Sends the link that confirms the address again. @returns `sent: false` when the address is confirmed */
  sendVerification: protectedProcedure.mutation(async ({ ctx }) => {
    const { user } = ctx;
    const kind = user.pendingEmail ? 'change_email' : 'verify_email';
    const email = user.pendingEmail ?? user.email;
    const isNeeded = email !== null && (user.pendingEmail !== null || !user.emailVerifiedAt);
    if (isNeeded) await ctx.sendMail({ kind, userId: user.id, data: { email } });
    return { sent: isNeeded };
  }),

  sessions: router({
    /** The devices on which the user is signed in, the current one first. */
    list: protectedProcedure.query(({ ctx }) => ctx.auth.listDevices(ctx.user.id, ctx.session)),

    /** Ends one device. Another user's device is answered like an unknown one. */
    revoke: protectedProcedure.input(idInput).mutation(async ({ ctx, input: { id } }) => {
      const hasEnded = await ctx.auth.endDevice(ctx.user.id, id, ctx.client);
      if (!hasEnded) throw new Refusal('unknown_session');
      return { ended: true };
    }),

    /** Ends all devices except the current one. */
    revokeOthers: protectedProcedure.mutation(async ({ ctx: { auth, client, user, session } }) => {
      if (session) return { ended: await auth.endOtherDevices(session, client) };
      const { length } = await auth.listDevices(user.id);
      await auth.endAllSessions(user.id);
      if (length > 0) await auth.events.emit('other_sessions_ended', { userId: user.id, client });
      return { ended: length };
    }),
  }),

  /** The security events of the account, the latest first. */
  activity: protectedProcedure.input(pageInput).query(async ({ ctx: { activity, user }, input }) => {
    const events = await activity.list(user.id, activityPageSize + 1, input?.before);
    const page = events.slice(0, activityPageSize).map(({ userAgent, ...event }) => ({
      ...event,
      device: deviceName(userAgent),
    }));
    return { events: page, hasMore: events.length > activityPageSize };
  }),

  /** Dismisses the notice about a copied remember token. */
  dismissTokenTheftNotice: protectedProcedure.mutation(async ({ ctx }) => {
    await changeAccount(ctx, ({ users }, { id }) => users.setTokenTheftDetectedAt(id, null));
    return { dismissed: true };
  }),

  /** Everything that is stored about the user, without hashes and tokens. */
  exportData: protectedProcedure.query(({ ctx: { user, exportAccount } }) => exportAccount(user.id)),

  /** Signs out everywhere. The account is deleted after a grace period in which `cancelDeletion` restores it. */
  delete: freshProcedure.mutation(async ({ ctx }) => {
    const { user } = ctx;
    const at = new Date(Date.now() + ctx.deletionGraceMs);
    await changeAccount(ctx, async (tx) => {
      await tx.users.setDeleteAfter(user.id, at);
      await tx.sendMail({ kind: 'deletion_scheduled', userId: user.id, data: { at: at.toISOString() } });
    }).catch(toRefusal);
    await ctx.signOut();
    await ctx.auth.events.emit('deletion_scheduled', { user, client: ctx.client });
    return { deleteAfter: at };
  }),

  /** Cancels the deletion of the account. */
  cancelDeletion: protectedProcedure.mutation(async ({ ctx }) => {
    const { user } = ctx;
    await changeAccount(ctx, ({ users }) => users.setDeleteAfter(user.id, null));
    await ctx.auth.events.emit('deletion_cancelled', { user, client: ctx.client });
    return { cancelled: true };
  }),
});

const activityPageSize = 50;
