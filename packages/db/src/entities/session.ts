import { defineEntity, p } from '@mikro-orm/core';
import { RememberedBrowser } from './remembered-browser.ts';
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
    /** The remembered browser that it belongs to: forgetting that one ends this one too. */
    browser: () =>
      p
        .manyToOne(RememberedBrowser)
        .fieldName('browser_id')
        .nullable()
        .deleteRule('cascade')
        .updateRule('cascade')
        .index(),
    expiresAt: p.type(SessionExpiry).index(),
    createdAt: p.datetime(3),
    lastSeenAt: p.datetime(3).index(),
    /** Until when the password counts as just entered. */
    freshUntil: p.datetime(3),
    /** The role has changed: the next request gets another token (ASVS 5.0 §7.2.4). */
    mustRotate: p.boolean(),
    /** The session whose place it took, and when: for requests that were under way with that one. */
    replacedId: p.string().length(64).nullable(),
    replacedAt: p.datetime(3).nullable(),
    userAgent: p.string().length(255),
    /** Where it was last used from: the client's address, IPv4 or IPv6. */
    address: p.string().length(45).nullable(),
  },
});
