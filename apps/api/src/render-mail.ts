import { createToken, deviceName, hashToken } from '@latchkey/auth';
import type { LinkPurpose, MailedLinks, MailJob, UserRecord, UserStore } from '@latchkey/db';
import * as mails from '@latchkey/mail';
import type { Mail, RequestOrigin } from '@latchkey/mail';

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
  const page = (path: string) => new URL(path, origin).href;
  const resetLink = page('/forgot-password');
  const loginLink = page('/login');

  return async (job) => {
    const { kind, data } = job;
    if (kind === 'account_deleted') {
      return mails.accountDeleted({ site, to: data['to'] ?? '', username: data['username'] ?? '' });
    }
    if (kind === 'reset_password') return renderReset(job);
    const user = job.userId ? await users.findById(job.userId) : null;
    return user && linkToUser(user, await renderForUser(job, user));
  };

  async function renderForUser(job: MailJob, user: UserRecord): Promise<Mail | null> {
    const { kind } = job;
    switch (kind) {
      case 'verify_email':
      case 'change_email':
        return renderVerification(job, user);
      case 'email_change_requested':
      case 'email_change_asked': // The former name, which a mail may have that waits since then.
      case 'email_changed':
        return renderEmailChange(job, user);
      default:
        // The address of the account, verified or not. A pending address may be another person's.
        return user.email ? renderNotice(job, user.username, user.email) : null;
    }
  }

  function renderNotice({ kind, data }: MailJob, username: string, to: string): Mail {
    const common = { site, to, username };
    const requestOrigin = readRequestOrigin(data);
    switch (kind) {
      case 'email_change_undone':
        return mails.emailChangeUndone({ ...common, resetLink });
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

  /** To the old address, with a link that undoes the change. */
  async function renderEmailChange(job: MailJob, user: UserRecord): Promise<Mail> {
    const { kind, data } = job;
    const to = data['to'] ?? '';
    const values = {
      site,
      to,
      username: user.username,
      newEmail: data['newEmail'] ?? '',
      undoLink: await createLink('/undo-email-change', job, user, 'undo_email_change', to),
      requestOrigin: readRequestOrigin(data),
      validFor: '7 days',
    };
    return kind === 'email_changed' ? mails.emailChanged(values) : mails.emailChangeRequested(values);
  }

  /**
   * To the address that the user has entered. When another account has confirmed the address, the user of that
   * account gets a notice instead. A request from before a password change is dropped: it may not have been the user's.
   */
  async function renderVerification(job: MailJob, user: UserRecord): Promise<Mail | null> {
    const email = job.data['email'] ?? '';
    if (email !== user.pendingEmail && (email !== user.email || user.emailVerifiedAt)) return null;
    if (isBeforePassword(job, user)) return null;

    const isChange = job.kind === 'change_email';
    // Created in both cases, so that this account's data do not show that the address is taken (docs/decisions/0004).
    const link = await createLink(
      '/verify-email',
      job,
      user,
      isChange ? 'change_email' : 'verify_email',
      email,
    );
    if (!link) return null;
    const holder = await users.findByEmail(email);
    if (holder?.email && holder.id !== user.id && holder.emailVerifiedAt) {
      const values = { site, to: email, username: holder.username, loginLink, resetLink };
      const isWithinLimit = await addLink(job, holder, 'address_taken', holder.email);
      return isWithinLimit ? linkToUser(holder, mails.emailTaken(values)) : null;
    }
    const values = { site, to: email, username: user.username, link, validFor: '24 hours' };
    return isChange ? mails.confirmNewEmail(values) : mails.verifyEmail(values);
  }

  /**
   * To the user with the address that was entered, if there is one. A request that is older than its link would be valid, or
   * older than the password, is dropped.
   */
  async function renderReset(job: MailJob): Promise<Mail | null> {
    if (Date.now() - job.createdAt.getTime() > lifetimesMs.reset_password) return null;
    const user = await users.findByEmail(job.data['email'] ?? '');
    if (!user?.email || !user.isActive || isBeforePassword(job, user)) return null;
    const { username, email: to } = user;
    const link = await createLink('/reset-password', job, user, 'reset_password', to);
    if (link === null) return null;
    const requestOrigin = readRequestOrigin(job.data);
    return linkToUser(
      user,
      mails.resetPassword({ site, to, username, link, validFor: '30 minutes', requestOrigin }),
    );
  }

  /** @returns null when the user has the maximum number of such links */
  async function createLink(
    path: string,
    job: MailJob,
    user: UserRecord,
    purpose: LinkPurpose,
    email: string,
  ) {
    const token = createToken('link');
    return (await addLink(job, user, purpose, email, token)) ? page(`${path}/${token}`) : null;
  }

  /** Stores a link, which also counts the mail. A mail without a link is counted by a link that is not sent. */
  function addLink(
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

/** Marks the user a mail is about: it is deleted from the development mailbox with that user. */
const linkToUser = ({ id }: UserRecord, mail: Mail | null): Mail | null => mail && { userId: id, ...mail };

const isBeforePassword = ({ createdAt }: MailJob, { passwordChangedAt }: UserRecord) =>
  passwordChangedAt !== null && createdAt <= passwordChangedAt;

const hourMs = 3_600_000;

/** NIST SP 800-63B-4 §3.1.3.1 allows at most a day for a code sent by mail. */
const lifetimesMs: Record<LinkPurpose, number> = {
  verify_email: 24 * hourMs,
  change_email: 24 * hourMs,
  undo_email_change: 7 * 24 * hourMs,
  reset_password: hourMs / 2,
  address_taken: 24 * hourMs,
};

function readRequestOrigin(data: MailJob['data']): RequestOrigin {
  return {
    at: new Date(data['at'] ?? Date.now()),
    device: deviceName(data['userAgent'] ?? ''),
    address: data['address'] ?? null,
  };
}
