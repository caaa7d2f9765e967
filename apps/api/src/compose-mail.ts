import { createToken, deviceInWords, hashToken } from '@latchkey/auth';
import type { LinkPurpose, MailedLinks, MailJob, UserRecord, UserStore } from '@latchkey/db';
import * as mails from '@latchkey/mail';
import type { Mail, RequestOrigin } from '@latchkey/mail';

export type ComposeOptions = {
  users: UserStore;
  links: MailedLinks;
  /** The address of the pages: where links lead. */
  origin: string;
};

/**
 * Writes a mail that was noted. Whom it is about is looked up now, and links get their tokens now: no token is kept
 * anywhere but in the mail itself.
 * @returns what makes a mail of a note; null for one that is not wanted any more
 */
export function composeMail({
  users,
  links,
  origin,
}: ComposeOptions): (job: MailJob) => Promise<Mail | null> {
  const site = { name: 'Latchkey', origin };
  const page = (path: string) => new URL(path, origin).href;
  const resetLink = page('/forgot-password');
  const loginLink = page('/login');

  return async (job) => {
    const { kind, data } = job;
    if (kind === 'account_deleted') {
      return mails.accountDeleted({ site, to: data['to'] ?? '', username: data['username'] ?? '' });
    }
    if (kind === 'reset_password') return resetPassword(job);
    const user = job.userId ? await users.findById(job.userId) : null;
    return user && about(user, await aboutUser(job, user));
  };

  async function aboutUser(job: MailJob, user: UserRecord): Promise<Mail | null> {
    const { kind, data } = job;
    const { username } = user;
    const requestOrigin = requestOriginIn(data);
    const newEmail = data['newEmail'] ?? '';
    // Who has an address only by saying so is not told about the account.
    const to = user.email ?? '';

    switch (kind) {
      case 'verify_email':
      case 'change_email':
        return verification(job, user);
      case 'email_change_asked':
      case 'email_changed': {
        const old = data['to'] ?? '';
        const undoLink = await linkTo('/undo-email-change', job, user, 'undo_email_change', old);
        const said = { site, to: old, username, newEmail, undoLink, requestOrigin };
        const validFor = '7 days';
        return kind === 'email_changed'
          ? mails.emailChanged({ ...said, validFor })
          : mails.emailChangeRequested({ ...said, validFor });
      }
      case 'email_change_undone':
        return to ? mails.emailChangeUndone({ site, to, username, resetLink }) : null;
      case 'password_changed':
        return to ? mails.passwordChanged({ site, to, username, resetLink, requestOrigin }) : null;
      case 'password_was_reset':
        return to ? mails.passwordWasReset({ site, to, username, loginLink, requestOrigin }) : null;
      case 'remember_token_replayed': {
        const sessionsLink = page('/account/sessions');
        return to
          ? mails.rememberTokenReplayed({ site, to, username, sessionsLink, resetLink, requestOrigin })
          : null;
      }
      case 'deletion_scheduled': {
        const deletedAt = new Date(data['at'] ?? 0);
        return to
          ? mails.deletionScheduled({ site, to, username, deletedAt, keepLink: page('/account/data') })
          : null;
      }
      default:
        throw new Error(`There is no mail of the kind ${kind}.`);
    }
  }

  /**
   * To the address that is to be shown as one's own. Who has shown that before is told, and nobody else. After a change of
   * the password it has to be asked for again: somebody else may have wished it.
   */
  async function verification(job: MailJob, user: UserRecord): Promise<Mail | null> {
    const { username } = user;
    const email = job.data['email'] ?? '';
    if (email !== user.pendingEmail && (email !== user.email || user.emailVerifiedAt)) return null;
    if (isBeforePassword(job, user)) return null;

    const isChange = job.kind === 'change_email';
    // Made in any case, so that what is kept of this account does not tell whose the address is (docs/decisions/0004).
    const link = await linkTo('/verify-email', job, user, isChange ? 'change_email' : 'verify_email', email);
    if (!link) return null;
    const holder = await users.findByEmail(email);
    if (holder?.email && holder.id !== user.id && holder.emailVerifiedAt) {
      const said = { site, to: email, username: holder.username, loginLink, resetLink };
      const isOneMore = await isCounted(job, holder, 'address_taken', holder.email);
      return isOneMore ? about(holder, mails.emailTaken(said)) : null;
    }
    const said = { site, to: email, username, link, validFor: '24 hours' };
    return isChange ? mails.confirmNewEmail(said) : mails.verifyEmail(said);
  }

  /**
   * To whoever has the address that was given; to nobody, where nobody has it. A mail that has waited for longer than its
   * link is good, or since before the password was changed, is not wanted any more.
   */
  async function resetPassword(job: MailJob): Promise<Mail | null> {
    if (Date.now() - job.createdAt.getTime() > lifetimesMs.reset_password) return null;
    const email = job.data['email'] ?? '';
    const user = await users.findByEmail(email);
    if (!user?.email || !user.isActive || isBeforePassword(job, user)) return null;
    const link = await linkTo('/reset-password', job, user, 'reset_password', user.email);
    const { username, email: to } = user;
    if (link === null) return null;
    const said = {
      site,
      to,
      username,
      link,
      validFor: '30 minutes',
      requestOrigin: requestOriginIn(job.data),
    };
    return about(user, mails.resetPassword(said));
  }

  /** @returns null when this person has got too many such links already */
  async function linkTo(path: string, job: MailJob, user: UserRecord, purpose: LinkPurpose, email: string) {
    const token = createToken('link');
    return (await isCounted(job, user, purpose, email, token)) ? page(`${path}/${token}`) : null;
  }

  /** Counts a mail by its link; by one that nobody gets, where it has none. */
  function isCounted(
    job: MailJob,
    user: UserRecord,
    purpose: LinkPurpose,
    email: string,
    token = createToken('link'),
  ): Promise<boolean> {
    const expiresAt = new Date(Date.now() + lifetimesMs[purpose]);
    const link = { userId: user.id, mailId: job.id, purpose, email, tokenHash: hashToken(token), expiresAt };
    return links.add(link);
  }
}

/** A mail to somebody else's address stays about who has that one. */
const about = ({ id }: UserRecord, mail: Mail | null): Mail | null => mail && { userId: id, ...mail };

const isBeforePassword = ({ createdAt }: MailJob, { passwordChangedAt }: UserRecord) =>
  passwordChangedAt !== null && createdAt <= passwordChangedAt;

const hourMs = 3_600_000;

/** NIST SP 800-63B-4 §3.1.3.1: a day at the most for what is sent by mail; a reset is done at once, or asked for again. */
const lifetimesMs: Record<LinkPurpose, number> = {
  verify_email: 24 * hourMs,
  change_email: 24 * hourMs,
  undo_email_change: 7 * 24 * hourMs,
  reset_password: hourMs / 2,
  address_taken: 24 * hourMs,
};

function requestOriginIn(data: MailJob['data']): RequestOrigin {
  return {
    at: new Date(data['at'] ?? Date.now()),
    device: deviceInWords(data['userAgent'] ?? ''),
    address: data['address'] ?? null,
  };
}
