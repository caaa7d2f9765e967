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
 * To the user with the address that was entered, if there is one. A request that is older than its link would be valid, or
 * older than the password, is dropped.
 */
export async function renderReset(context: MailContext, job: MailJob): Promise<Mail | null> {
  if (Date.now() - job.createdAt.getTime() > lifetimesMs.reset_password) return null;
  const user = await context.users.findByEmail(job.data['email'] ?? '');
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
