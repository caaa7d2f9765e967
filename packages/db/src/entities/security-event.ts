import { defineEntity, p } from '@mikro-orm/core';
import { v7 as timeOrderedUuid } from 'uuid';
import { User } from './user.ts';

/** An event in the activity log of an account: user, kind, time, browser and address. Contains no secrets. */
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
