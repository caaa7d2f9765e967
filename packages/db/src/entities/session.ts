import { defineEntity, p } from '@mikro-orm/core';
import { SessionExpiry } from './session-expiry.ts';
import { User } from './user.ts';

/**
 * A person's browser, signed in. Written by the session adapter of the auth package, which gives the columns
 * `id`, `user_id` and `expires_at` their names; here for migrations, and for whoever looks at the data.
 */
export const Session = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  properties: {
    /** SHA-256 of the token, in hex (ASVS 5.0 §7.2). */
    id: p.string().length(64).primary(),
    user: () => p.manyToOne(User).fieldName('user_id').deleteRule('cascade').updateRule('cascade').index(),
    expiresAt: p.type(SessionExpiry).index(),
    createdAt: p.datetime(3),
    isRemembered: p.boolean(),
  },
});
