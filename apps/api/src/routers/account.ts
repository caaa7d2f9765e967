import { deviceInWords, isFresh } from '@latchkey/auth';
import { DatabaseError } from '@latchkey/db';
import { changePasswordInput, emailInput, idInput, pageInput } from '../fields.ts';
import { hashNewPassword } from '../new-password.ts';
import { freshProcedure, protectedProcedure, router } from '../procedures.ts';
import { Refusal } from '../reasons.ts';
import { shown } from '../shown-user.ts';
import { traceOf } from '../trace.ts';

/** What a person sees and does about their own account. */
export const accountRouter = router({
  profile: protectedProcedure.query(({ ctx: { user, session } }) => ({
    ...shown(user),
    memberSince: user.createdAt,
    passwordChangedAt: user.passwordChangedAt,
    signedInSince: session?.createdAt ?? null,
    isRemembered: session?.isRemembered ?? false,
    isFresh: session !== null && isFresh(session),
    deleteAfter: user.deleteAfter,
  })),

  /** Every other session ends; this one goes on under new tokens, and stays remembered if it was. */
  changePassword: freshProcedure.input(changePasswordInput).mutation(async ({ ctx, input }) => {
    const { user, session } = ctx;
    const passwordHash = await hashNewPassword(ctx, input, user);
    await ctx.users.setPassword(user.id, passwordHash, session.browserId);
    await ctx.renew(session);
    await ctx.sendMail({ kind: 'password_changed', userId: user.id, data: traceOf(ctx) });
    await ctx.auth.events.emit('password_changed', { user, client: ctx.client });
    return { changed: true };
  }),

  /** Notes a new address, which takes the old one's place once it is confirmed. The old one is told. */
  changeEmail: freshProcedure.input(emailInput).mutation(async ({ ctx, input: { email } }) => {
    const { user } = ctx;
    if (email === user.email) {
      throw new Refusal('invalid_input', { email: 'That is the address you have. Enter another one.' });
    }
    await ctx.links.endOf(user.id, ['change_email', 'verify_email']);
    await ctx.users.setPendingEmail(user.id, email);
    await ctx.sendMail({ kind: 'change_email', userId: user.id, data: { email } });
    if (user.email && user.emailVerifiedAt) {
      const data = { to: user.email, newEmail: email, ...traceOf(ctx) };
      await ctx.sendMail({ kind: 'email_change_asked', userId: user.id, data });
    }
    await ctx.auth.events.emit('email_change_asked', { user, client: ctx.client });
    return { sentTo: email };
  }),

  /** Takes back the wish for a new address. */
  cancelEmailChange: protectedProcedure.mutation(async ({ ctx: { user, users, links } }) => {
    if (user.email) {
      await links.endOf(user.id, ['change_email']);
      await users.setPendingEmail(user.id, null);
    }
    return { cancelled: true };
  }),

  /** Sends the mail with the link to verify the address once more. */
  sendVerification: protectedProcedure.mutation(async ({ ctx }) => {
    const { user } = ctx;
    const kind = user.email && user.pendingEmail ? 'change_email' : 'verify_email';
    const email = user.pendingEmail ?? user.email;
    const isNeeded = email !== null && (user.pendingEmail !== null || !user.emailVerifiedAt);
    if (isNeeded) await ctx.sendMail({ kind, userId: user.id, data: { email } });
    return { sent: isNeeded };
  }),

  sessions: router({
    /** Every device on which this person is signed in, the one that asks first. */
    list: protectedProcedure.query(({ ctx }) => ctx.auth.devicesOf(ctx.user.id, ctx.session)),

    /** Ends one of them; somebody else's is as unknown as one that does not exist. */
    revoke: protectedProcedure.input(idInput).mutation(async ({ ctx, input: { id } }) => {
      const isTheirs = await ctx.auth.endDevice(ctx.user.id, id, ctx.client);
      if (!isTheirs) throw new Refusal('unknown_session');
      return { ended: true };
    }),

    /** Ends all of them but the one that asks. */
    revokeOthers: protectedProcedure.mutation(async ({ ctx: { auth, client, user, session } }) => {
      if (session) return { ended: await auth.endOtherDevices(session, client) };
      const { length } = await auth.devicesOf(user.id);
      await auth.endSessionsOf(user.id);
      return { ended: length };
    }),
  }),

  /** What happened to this account, the latest first. */
  activity: protectedProcedure.input(pageInput).query(async ({ ctx: { activity, user }, input }) => {
    const events = await activity.list(user.id, activityPage + 1, input?.before);
    const shownEvents = events.slice(0, activityPage).map(({ userAgent, ...event }) => ({
      ...event,
      device: deviceInWords(userAgent),
    }));
    return { events: shownEvents, hasMore: events.length > activityPage };
  }),

  /** The person has seen that a copy of their remember cookie came to light. */
  acknowledgeAlarm: protectedProcedure.mutation(async ({ ctx: { user, users } }) => {
    await users.setAlarmedAt(user.id, null);
    return { acknowledged: true };
  }),

  /** Everything that is kept about this person, as data. No hash, and no token: those are nobody's to have. */
  exportData: protectedProcedure.query(({ ctx: { user, exportAccount } }) => exportAccount(user.id)),

  /** Signs out everywhere, and deletes the account after a time in which it can be had back. */
  delete: freshProcedure.mutation(async ({ ctx }) => {
    const { user } = ctx;
    const at = new Date(Date.now() + ctx.deletionGraceMs);
    await ctx.users.setDeleteAfter(user.id, at).catch(toRefusal);
    await ctx.auth.endSessionsOf(user.id);
    await ctx.signOut();
    await ctx.sendMail({ kind: 'deletion_scheduled', userId: user.id, data: { at: at.toISOString() } });
    await ctx.auth.events.emit('deletion_scheduled', { user, client: ctx.client });
    return { deleteAfter: at };
  }),

  /** Takes the wish back. */
  keep: protectedProcedure.mutation(async ({ ctx }) => {
    const { user } = ctx;
    await ctx.users.setDeleteAfter(user.id, null);
    await ctx.auth.events.emit('deletion_cancelled', { user, client: ctx.client });
    return { kept: true };
  }),
});

const activityPage = 50;

function toRefusal(error: unknown): never {
  if (error instanceof DatabaseError && error.reason === 'last_admin') throw new Refusal('last_admin');
  throw error;
}
