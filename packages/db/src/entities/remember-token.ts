import { defineEntity, p } from '@mikro-orm/core';
import { RememberedBrowser } from './remembered-browser.ts';

/**
 * What a remembered browser signs in with, once. A used one stays with its `rotatedAt`, so that its coming back is
 * noticed: then there are two who have it.
 */
export const RememberToken = defineEntity({
  name: 'RememberToken',
  tableName: 'remember_tokens',
  properties: {
    /** SHA-256 of the token, in hex. */
    id: p.string().length(64).primary(),
    browser: () =>
      p
        .manyToOne(RememberedBrowser)
        .fieldName('browser_id')
        .deleteRule('cascade')
        .updateRule('cascade')
        .index(),
    createdAt: p.datetime(3),
    rotatedAt: p.datetime(3).nullable(),
    /** When a change of the password made it good for nothing, used or not. */
    voidedAt: p.datetime(3).nullable(),
  },
});
