import { defineEntity, p } from '@mikro-orm/core';
import { v7 as timeOrderedUuid } from 'uuid';
import { User } from './user.ts';

/** A mail stored for `/dev/mailbox` instead of being sent, when no mail server is configured. Never in production. */
export const DevelopmentMail = defineEntity({
  name: 'DevelopmentMail',
  tableName: 'development_mails',
  properties: {
    id: p
      .string()
      .length(36)
      .primary()
      .onCreate(() => timeOrderedUuid()),
    /** The user whose account the mail is about, whatever its recipient; null when there is none. */
    user: () =>
      p.manyToOne(User).fieldName('user_id').nullable().deleteRule('cascade').updateRule('cascade').index(),
    sender: p.string().length(320),
    recipient: p.string().length(320),
    subject: p.string().length(998),
    text: p.text(),
    html: p.text(),
    sentAt: p.datetime(3).index(),
  },
});
