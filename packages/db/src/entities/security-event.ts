import { defineEntity, p } from '@mikro-orm/core';
import { v7 as timeOrderedUuid } from 'uuid';
import { User } from './user.ts';

/** Something that happened to an account, for the person to look at: who, what, when, from where. Never a secret. */
export const SecurityEvent = defineEntity({
  name: 'SecurityEvent',
  tableName: 'security_events',
  properties: {
    id: p
      .string()
      .length(36)
      .primary()
      .onCreate(() => timeOrderedUuid()),
    user: () => p.manyToOne(User).fieldName('user_id').deleteRule('cascade').updateRule('cascade').index(),
    kind: p.string().length(40),
    at: p.datetime(3).index(),
    userAgent: p.string().length(255),
    address: p.string().length(45).nullable(),
  },
});
