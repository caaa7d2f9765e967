import { defineEntity, p } from '@mikro-orm/core';
import { User } from './user.ts';

/** What a link in a mail is good for; `address_taken` is of mails without one, which are counted alike. */
export type LinkPurpose =
  'verify_email' | 'change_email' | 'undo_email_change' | 'reset_password' | 'address_taken';

/** A link that was mailed: good once, for a short time, for one thing. Only the hash of its token is stored. */
export const MailedLink = defineEntity({
  name: 'MailedLink',
  tableName: 'mailed_links',
  properties: {
    /** SHA-256 of the token, in hex (OWASP Forgot Password cheat sheet). */
    id: p.string().length(64).primary(),
    user: () => p.manyToOne(User).fieldName('user_id').deleteRule('cascade').updateRule('cascade').index(),
    purpose: p.string().length(32).$type<LinkPurpose>(),
    /** The address that the link is about: to be verified, or to be restored. */
    email: p.string().length(254),
    /** The outgoing mail that it is in: a mail that is sent once more has another one. */
    mail: p.string().length(36).fieldName('mail_id').index(),
    createdAt: p.datetime(3),
    expiresAt: p.datetime(3).index(),
  },
});
