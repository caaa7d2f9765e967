import type { MailJob, UserRecord } from '@latchkey/db';
import * as mails from '@latchkey/mail';
import type { Mail } from '@latchkey/mail';
import { aboutUser, addLink, createLink, isBeforePassword, type MailContext } from './mail-context.ts';

/**
 * To the address that the user has entered. When another account has verified the address, the user of that account gets a
 * notice instead. A request from before a password change is dropped: it may not have been the user's.
 */
export async function renderVerification(
  context: MailContext,
  job: MailJob,
  user: UserRecord,
): Promise<Mail | null> {
  const email = job.data['email'] ?? '';
  if (email !== user.pendingEmail && (email !== user.email || user.emailVerifiedAt)) return null;
  if (isBeforePassword(job, user)) return null;

  const isChange = job.kind === 'change_email';
  // Created in both cases, so that this account's data do not show that the address is taken (docs/decisions/0004).
  const purpose = isChange ? 'change_email' : 'verify_email';
  const link = await createLink(context, '/verify-email', { job, user, purpose, email });
  if (!link) return null;

  const holder = await context.users.findByEmail(email);
  if (holder?.email && holder.id !== user.id && holder.emailVerifiedAt) {
    return renderTaken(context, job, { holder, holderEmail: holder.email, to: email });
  }
  const values = { site: context.site, to: email, username: user.username, link, validFor: '24 hours' };
  return isChange ? mails.confirmNewEmail(values) : mails.verifyEmail(values);
}

/** To the user of the account that has the address. */
async function renderTaken(
  context: MailContext,
  job: MailJob,
  { holder, holderEmail, to }: { holder: UserRecord; holderEmail: string; to: string },
): Promise<Mail | null> {
  const { site, page } = context;
  const link = { job, user: holder, purpose: 'address_taken', email: holderEmail } as const;
  if (!(await addLink(context, link))) return null;
  const links = { loginLink: page('/login'), resetLink: page('/forgot-password') };
  return aboutUser(holder, mails.emailTaken({ site, to, username: holder.username, ...links }));
}
