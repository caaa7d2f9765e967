import type { MailJob } from '@latchkey/db';
import * as mails from '@latchkey/mail';
import type { Mail } from '@latchkey/mail';
import {
  aboutUser,
  createLink,
  isBeforePassword,
  lifetimesMs,
  readRequestOrigin,
  type MailContext,
} from './mail-context.ts';

/**
 * To the owner of the address that was entered, or else to the first user who has entered it for their account. A request that
 * is older than its link would be valid, or older than the password, is dropped.
 */
export async function renderReset(context: MailContext, job: MailJob): Promise<Mail | null> {
  if (Date.now() - job.createdAt.getTime() > lifetimesMs.reset_password) return null;
  const requested = job.data['email'] ?? '';
  const owner = await context.users.findByEmail(requested);
  const user = owner ?? (await context.users.findByWaitingEmail(requested, 1))[0];
  if (!user?.email || !user.isActive || isBeforePassword(job, user)) return null;

  const { username, email: to } = user;
  const newLink = { job, user, purpose: 'reset_password', email: to } as const;
  const link = await createLink(context, '/reset-password', newLink);
  if (link === null) return null;
  const requestOrigin = readRequestOrigin(job.data);
  const { site } = context;
  return aboutUser(
    user,
    mails.resetPassword({ site, to, username, link, validFor: '30 minutes', requestOrigin }),
  );
}
