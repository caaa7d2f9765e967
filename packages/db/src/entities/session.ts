import { defineEntity, p } from '@mikro-orm/core';
import { RememberedBrowser } from './remembered-browser.ts';
import { SessionExpiry } from './session-expiry.ts';
import { User } from './user.ts';

/**
 * A signed-in browser. The session adapter of the auth package writes it and determines the names of the columns `id`,
 * `user_id` and `expires_at`. The entity serves migrations, and queries of the other packages.
 */
export const Session = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  properties: {
    /** SHA-256 of the token, in hex (ASVS 5.0 §7.2). */
    id: p.string().length(64).primary(),
    user: () => p.manyToOne(User).fieldName('user_id').deleteRule('cascade').updateRule('cascade').index(),
    /** The remembered browser that the session belongs to. Deleting that browser ends the session. */
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
    /** Until this time, the login counts as fresh. */
    freshUntil: p.datetime(3),
    /** Set when the role changes: the next request rotates the session token (ASVS 5.0 §7.2.4). */
    mustRotate: p.boolean(),
    /** The session that this one replaced, and when. Requests sent with the old token are still accepted briefly. */
    replacedId: p.string().length(64).nullable(),
    replacedAt: p.datetime(3).nullable(),
    /**
     * The remember token that was issued together with this session, until the browser has shown that it received them.
     * Null for most sessions.
     */
    unprovenTokenId: p.string().length(64).nullable(),
    userAgent: p.string().length(255),
    /** The client's last IPv4 or IPv6 address. */
    address: p.string().length(45).nullable(),
  },
});
