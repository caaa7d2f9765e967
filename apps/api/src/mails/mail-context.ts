import { createToken, deviceName, hashToken } from '@latchkey/auth';
import type { LinkPurpose, MailedLinks, MailJob, UserRecord, UserStore } from '@latchkey/db';
import type { RequestOrigin, Mail } from '@latchkey/mail';

/** What the mails are rendered with. */
export type MailContext = {
  users: UserStore;
  links: MailedLinks;
  site: { name: string; origin: string };
  /** The URL of a page. */
  page: (path: string) => string;
};

/** A link of a mail, for the user with an address. */
export type NewLink = { job: MailJob; user: UserRecord; purpose: LinkPurpose; email: string };

/** Creates a link with a new token, which exists only in the mail. @returns null when the user has the maximum number of such links */
export async function createLink(context: MailContext, path: string, link: NewLink): Promise<string | null> {
  const token = createToken('link');
  return (await addLink(context, link, token)) ? context.page(`${path}/${token}`) : null;
}

/**
 * Stores a link, which also counts the mail. A mail without a link is counted by a link that is not sent.
 * @returns false when the user has the maximum number of such links
 */
export function addLink(
  { links }: MailContext,
  { job, user, purpose, email }: NewLink,
  token = createToken('link'),
): Promise<boolean> {
  const expiresAt = new Date(Date.now() + lifetimesMs[purpose]);
  return links.add({
    userId: user.id,
    mailId: job.id,
    purpose,
    email,
    tokenHash: hashToken(token),
    expiresAt,
  });
}

const hourMs = 3_600_000;

/** NIST SP 800-63B-4 §3.1.3.1 allows at most a day for a code sent by mail. */
export const lifetimesMs: Record<LinkPurpose, number> = {
  verify_email: 24 * hourMs,
  change_email: 24 * hourMs,
  undo_email_change: 7 * 24 * hourMs,
  reset_password: hourMs / 2,
  address_taken: 24 * hourMs,
};

/** Marks the user a mail is about: it is deleted from the development mailbox with that user. */
export const aboutUser = ({ id }: UserRecord, mail: Mail | null): Mail | null =>
  mail && { userId: id, ...mail };

/** Whether the mail was requested before the password was changed: the request may not have been the user's. */
export const isBeforePassword = ({ createdAt }: MailJob, { passwordChangedAt }: UserRecord): boolean =>
  passwordChangedAt !== null && createdAt <= passwordChangedAt;

/** When, on which device and from which address a change was requested. */
export function readRequestOrigin(data: MailJob['data']): RequestOrigin {
  return {
    at: new Date(data['at'] ?? Date.now()),
    device: deviceName(data['userAgent'] ?? ''),
    address: data['address'] ?? null,
  };
}
