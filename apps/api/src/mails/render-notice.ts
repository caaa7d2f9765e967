import type { MailJob } from '@latchkey/db';
import * as mails from '@latchkey/mail';
import type { Mail } from '@latchkey/mail';
import { readRequestOrigin, type MailContext } from './mail-context.ts';

/** A mail that reports a change of the account. @param to the address of the account */
export function renderNotice(
  { site, page }: MailContext,
  { kind, data }: MailJob,
  { username, to }: { username: string; to: string },
): Mail {
  const common = { site, to, username };
  const [resetLink, loginLink] = [page('/forgot-password'), page('/login')];
  const requestOrigin = readRequestOrigin(data);
  switch (kind) {
    case 'email_change_undone':
      return mails.emailChangeUndone({ ...common, resetLink });
    case 'username_changed':
      return mails.usernameChanged({ ...common, former: data['former'] ?? '', resetLink, requestOrigin });
    case 'password_changed':
      return mails.passwordChanged({ ...common, resetLink, requestOrigin });
    case 'password_was_reset':
      return mails.passwordWasReset({ ...common, loginLink, requestOrigin });
    case 'remember_token_replayed': {
      const sessionsLink = page('/account/sessions');
      return mails.rememberTokenReplayed({ ...common, sessionsLink, resetLink, requestOrigin });
    }
    case 'deletion_scheduled': {
      const deletedAt = new Date(data['at'] ?? 0);
      return mails.deletionScheduled({ ...common, deletedAt, keepLink: page('/account/data') });
    }
    default:
      throw new Error(`Unknown kind of mail: ${kind}.`);
  }
}
