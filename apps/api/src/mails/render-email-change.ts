import type { MailJob, UserRecord } from '@latchkey/db';
import * as mails from '@latchkey/mail';
import type { Mail } from '@latchkey/mail';
import { createLink, readRequestOrigin, type MailContext } from './mail-context.ts';

/** To the old address, with a link that undoes the change. */
export async function renderEmailChange(context: MailContext, job: MailJob, user: UserRecord): Promise<Mail> {
  const { kind, data } = job;
  const to = data['to'] ?? '';
  const link = { job, user, purpose: 'undo_email_change', email: to } as const;
  const values = {
    site: context.site,
    to,
    username: user.username,
    newEmail: data['newEmail'] ?? '',
    undoLink: await createLink(context, '/undo-email-change', link),
    requestOrigin: readRequestOrigin(data),
    validFor: '7 days',
  };
  return kind === 'email_changed' ? mails.emailChanged(values) : mails.emailChangeRequested(values);
}
