import type { RememberedBrowser, RememberStore } from './remembered-browser.ts';
import type { Client, Lifetime } from './session.ts';
import { createToken, hashToken } from './session-token.ts';

/** What came of a remember token that a browser presented. */
export type Recalled =
  /** Nobody's, its time is over, or the password was changed a moment ago by a request beside this one. */
  | { outcome: 'unknown' }
  /** It was used before, and longer ago than parallel requests explain: the whole browser is forgotten. */
  | { outcome: 'replayed'; userId: string }
  /** The next token of this browser; the one presented is used up. */
  | { outcome: 'recalled'; browser: RememberedBrowser; next: RememberedToken };

export type RememberedToken = { token: string; expiresAt: Date };

/** *Remember me*, by tokens that are good once (ASVS 5.0 §7.2.4; OAuth 2.1 §4.3.1 does the same with refresh tokens). */
export type Remembering = {
  /** Remembers a browser. @param lifetimeMs how long at the most, where it is not the usual */
  remember(
    userId: string,
    client: Client,
    lifetimeMs?: number,
  ): Promise<{ browserId: string } & RememberedToken>;
  recall(token: string, client: Client): Promise<Recalled>;
  /** Whose token this is while it has not been used, and without using it up. */
  find(token: string): Promise<RememberedBrowser | null>;
  /** Another token for a browser that is remembered already; the ones before are dead. */
  renew(browserId: string): Promise<string>;
  forgetByToken(token: string): Promise<void>;
  isOver(browser: RememberedBrowser): boolean;
};

/** Requests that a browser has sent side by side may all present the same token: for so long that is no theft. */
export const graceMs = 10_000;

export function remembering(store: RememberStore, lifetime: Lifetime): Remembering {
  const isOver = ({ expiresAt, lastSeenAt }: RememberedBrowser) =>
    Math.min(expiresAt.getTime(), lastSeenAt.getTime() + lifetime.idleMs) <= Date.now();

  async function addToken(browserId: string): Promise<string> {
    const token = createToken('remember');
    const unused = { rotatedAt: null, voidedAt: null };
    await store.addToken({ id: hashToken(token), browserId, createdAt: new Date(), ...unused });
    return token;
  }

  return {
    isOver,

    async find(presented) {
      const found = await store.findToken(hashToken(presented));
      const isUnused = found && !found.token.rotatedAt && !found.token.voidedAt;
      return isUnused && !isOver(found.browser) ? found.browser : null;
    },

    async renew(browserId) {
      const token = await addToken(browserId);
      await store.voidTokens(browserId, hashToken(token), new Date());
      return token;
    },

    async remember(userId, { userAgent, address }, lifetimeMs = lifetime.lifetimeMs) {
      const now = new Date();
      const expiresAt = new Date(now.getTime() + lifetimeMs);
      const id = crypto.randomUUID();
      await store.addBrowser({ id, userId, createdAt: now, expiresAt, lastSeenAt: now, userAgent, address });
      return { browserId: id, token: await addToken(id), expiresAt };
    },

    async recall(presented, { userAgent, address }) {
      const found = await store.findToken(hashToken(presented));
      if (!found) return { outcome: 'unknown' };
      const { token, browser } = found;
      if (isOver(browser)) {
        await store.endBrowser(browser.id);
        return { outcome: 'unknown' };
      }
      if (isLongAgo(token.rotatedAt) || isLongAgo(token.voidedAt)) {
        await store.endBrowser(browser.id);
        return { outcome: 'replayed', userId: browser.userId };
      }
      if (token.voidedAt) return { outcome: 'unknown' };
      // The next one first: whatever happens in between, the browser has one that is good.
      const next = await addToken(browser.id);
      const now = new Date();
      await store.markRotated(token.id, now);
      await store.touchBrowser(browser.id, { at: now, userAgent, address });
      return { outcome: 'recalled', browser, next: { token: next, expiresAt: browser.expiresAt } };
    },

    async forgetByToken(presented) {
      const found = await store.findToken(hashToken(presented));
      if (found) await store.endBrowser(found.browser.id);
    },
  };
}

/** Longer ago than requests side by side explain. */
const isLongAgo = (time: Date | null) => time !== null && Date.now() - time.getTime() > graceMs;
