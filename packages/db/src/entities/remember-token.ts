import { defineEntity, p } from '@mikro-orm/core';
import { RememberedBrowser } from './remembered-browser.ts';

/**
 * A single-use token that signs a remembered browser in. A used token is kept with its `rotatedAt`: when it is used a
 * second time, it was copied.
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
    /** When a password change invalidated the token, used or not. */
    voidedAt: p.datetime(3).nullable(),
  },
});
