import { defineEntity, p } from '@mikro-orm/core';
import { v7 as timeOrderedUuid } from 'uuid';
import { User } from './user.ts';

/**
 * A mail in the queue, as a kind and its data. The text is rendered, and links are created, when the mail is sent, so
 * that no token is stored.
 */
export const OutgoingMail = defineEntity({
  name: 'OutgoingMail',
  tableName: 'outgoing_mails',
  properties: {
    id: p
      .string()
      .length(36)
      .primary()
      .onCreate(() => timeOrderedUuid()),
    /** The user whose account the mail is about; null when there is none. */
    user: () =>
      p.manyToOne(User).fieldName('user_id').nullable().deleteRule('cascade').updateRule('cascade').index(),
    kind: p.string().length(40),
    /** The values of the mail's template, as JSON. */
    data: p.text(),
    createdAt: p.datetime(3).index(),
    attempts: p.integer(),
    /** When to try sending next; null after the last attempt has failed. */
    nextAttemptAt: p.datetime(3).nullable().index(),
    lastProblem: p.string().length(255).nullable(),
  },
});
