import { defineEntity, p } from '@mikro-orm/core';
import { v7 as timeOrderedUuid } from 'uuid';
import { User } from './user.ts';

/** A browser that stays signed in. Deleting it deletes its remember tokens and sessions. */
export const RememberedBrowser = defineEntity({
  name: 'RememberedBrowser',
  tableName: 'remembered_browsers',
  properties: {
    id: p
      .string()
      .length(36)
      .primary()
      .onCreate(() => timeOrderedUuid()),
    user: () => p.manyToOne(User).fieldName('user_id').deleteRule('cascade').updateRule('cascade').index(),
    createdAt: p.datetime(3),
    /** The absolute end, regardless of use. */
    expiresAt: p.datetime(3).index(),
    lastSeenAt: p.datetime(3).index(),
    userAgent: p.string().length(255),
    address: p.string().length(45).nullable(),
  },
});
