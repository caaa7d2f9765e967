import { defineEntity, p } from '@mikro-orm/core';
import { RememberedBrowser } from './remembered-browser.ts';

/**
 * A single-use token that signs a remembered browser in. A used token is kept, because its use after that of its successor
 * shows that it was copied. docs/decisions/0017 describes the states.
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
    /** The token that was exchanged for this one. Null for one issued at a sign-in or after a change of the password. */
    parentId: p.string().length(64).nullable(),
    createdAt: p.datetime(3),
    /** When the browser first showed that it has the token. */
    presentedAt: p.datetime(3).nullable(),
    /** When it was last exchanged for another token. */
    rotatedAt: p.datetime(3).nullable(),
    /** When another token was issued in its place. It is refused from then on. */
    replacedAt: p.datetime(3).nullable(),
    /** When the browser showed that it has another token. A client that still presents this one has a copy. */
    voidedAt: p.datetime(3).nullable(),
  },
});
