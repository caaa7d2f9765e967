import { defineEntity, p } from '@mikro-orm/core';
import { v7 as timeOrderedUuid } from 'uuid';
import { User } from './user.ts';

/** A mail as it would have been sent: kept for `/dev/mailbox`, where no mail server is set up. Never in production. */
export const DevelopmentMail = defineEntity({
  name: 'DevelopmentMail',
  tableName: 'development_mails',
  properties: {
    id: p
      .string()
      .length(36)
      .primary()
      .onCreate(() => timeOrderedUuid()),
    /** Whose account it is about, whatever address it went to; null when that one is gone. */
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
