import type { MailedLinks, MailJob, UserRecord, UserStore } from '@latchkey/db';
import * as mails from '@latchkey/mail';
import type { Mail } from '@latchkey/mail';
import { aboutUser, type MailContext } from './mails/mail-context.ts';
import { renderEmailChange } from './mails/render-email-change.ts';
import { renderNotice } from './mails/render-notice.ts';
import { renderReset } from './mails/render-reset.ts';
import { renderVerification } from './mails/render-verification.ts';

export type RenderOptions = {
  users: UserStore;
  links: MailedLinks;
  /** The origin of the pages, for links. */
  origin: string;
};

/**
 * Creates the function that renders a mail of the outbox. The recipient is read, and the tokens of links are created, when the
 * mail is rendered: a token exists only in the mail itself.
 * @returns null for a mail that is no longer needed
 */
export function renderMail({ users, links, origin }: RenderOptions): (job: MailJob) => Promise<Mail | null> {
  const site = { name: 'Latchkey', origin };
  const context = { users, links, site, page: (path: string) => new URL(path, origin).href };

  return async (job) => {
    const { kind, data } = job;
    if (kind === 'account_deleted') {
      return mails.accountDeleted({ site, to: data['to'] ?? '', username: data['username'] ?? '' });
    }
    if (kind === 'reset_password') return renderReset(context, job);
    const user = job.userId ? await users.findById(job.userId) : null;
    return user && aboutUser(user, await renderForUser(context, job, user));
  };
}

async function renderForUser(context: MailContext, job: MailJob, user: UserRecord): Promise<Mail | null> {
  switch (job.kind) {
    case 'verify_email':
    case 'change_email':
      return renderVerification(context, job, user);
    case 'email_changed':
    case 'email_change_requested':
    case 'email_change_asked': // The former name, which a mail may have that waits since then.
      return renderEmailChange(context, job, user);
    default: {
      const { username, email: to } = user;
      return to && !(await isOwnedByAnother(context, to, user))
        ? renderNotice(context, job, { username, to })
        : null;
    }
  }
}

/** Notices are sent to the address of the account, verified or not, except to one that another user owns. */
async function isOwnedByAnother({ users }: MailContext, email: string, { id }: UserRecord): Promise<boolean> {
  const owner = await users.findByEmail(email);
  return owner !== null && owner.id !== id;
}
