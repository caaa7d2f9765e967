import { defineEntity, p } from '@mikro-orm/core';
import { v7 as timeOrderedUuid } from 'uuid';
import { User } from './user.ts';

/**
 * A mail that is to be sent: what it is about, and not yet its text. Links are made when it is sent, so that no token
 * is ever stored.
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
    /** Whose account it is about; null when there is none (any more). */
    user: () =>
      p.manyToOne(User).fieldName('user_id').nullable().deleteRule('cascade').updateRule('cascade').index(),
    kind: p.string().length(40),
    /** What the mail says, as JSON. */
    data: p.text(),
    createdAt: p.datetime(3).index(),
    attempts: p.integer(),
    /** When it is due; null when it was given up. */
    nextAttemptAt: p.datetime(3).nullable().index(),
    lastProblem: p.string().length(255).nullable(),
  },
});
