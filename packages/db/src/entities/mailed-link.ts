import { defineEntity, p } from '@mikro-orm/core';
import { User } from './user.ts';

/** What a link in a mail does. Mails of `address_taken` have no link; a row counts them for the rate limit. */
export type LinkPurpose =
  'verify_email' | 'change_email' | 'undo_email_change' | 'reset_password' | 'address_taken';

/** A mailed link: valid once, for a short time, for one purpose. Only the hash of its token is stored. */
export const MailedLink = defineEntity({
  name: 'MailedLink',
  tableName: 'mailed_links',
  properties: {
    /** SHA-256 of the token, in hex (OWASP Forgot Password cheat sheet). */
    id: p.string().length(64).primary(),
    user: () => p.manyToOne(User).fieldName('user_id').deleteRule('cascade').updateRule('cascade').index(),
    purpose: p.string().length(32).$type<LinkPurpose>(),
    /** The address that the link verifies or restores. */
    email: p.string().length(254),
    /** The outgoing mail that contains the link. Sending the mail again replaces the link. */
    mail: p.string().length(36).fieldName('mail_id').index(),
    createdAt: p.datetime(3),
    expiresAt: p.datetime(3).index(),
  },
});
