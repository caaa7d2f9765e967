import { createToken, hashToken } from '../sessions/session-token.ts';
import type { Client, Lifetime } from '../sessions/session.ts';
import type { RememberedBrowser, RememberStore } from './remembered-browser.ts';

export type IssuedRememberToken = { token: string; expiresAt: Date };

/** The result of redeeming a remember token. */
export type Redemption =
  /** Unknown or expired, or invalidated a moment ago by a password change in a parallel request. */
  | { outcome: 'invalid' }
  /** It was used before, longer ago than parallel requests explain: the browser was deleted. */
  | { outcome: 'replayed'; userId: string }
  /** The token was exchanged for the next one. */
  | { outcome: 'redeemed'; browser: RememberedBrowser; next: IssuedRememberToken };

/** *Remember me*, by single-use tokens (ASVS 5.0 §7.2.4). OAuth 2.1 §4.3.1 rotates refresh tokens in the same way. */
export type RememberTokens = {
  /** Starts remembering a browser. @param lifetimeMs overrides the configured lifetime */
  remember(
    userId: string,
    client: Client,
    lifetimeMs?: number,
  ): Promise<{ browserId: string } & IssuedRememberToken>;
  /** Exchanges a token for the next one (rotation). */
  redeemRememberToken(token: string, client: Client): Promise<Redemption>;
  /** The browser of a token that is valid and unused. Does not use the token. */
  findBrowser(token: string): Promise<RememberedBrowser | null>;
  /** Issues a token for a remembered browser and invalidates its earlier ones. */
  reissue(browserId: string): Promise<string>;
  /** Stops remembering the browser of this token. */
  forget(token: string): Promise<void>;
  /** The user's remembered browsers that have not expired. */
  listBrowsers(userId: string): Promise<RememberedBrowser[]>;
};

/** Parallel requests of one browser may all send the same token. Within this time that is not a replay. */
export const parallelRequestsMs = 10_000;

export function rememberTokens(store: RememberStore, lifetime: Lifetime): RememberTokens {
  const isExpired = ({ expiresAt, lastSeenAt }: RememberedBrowser) =>
    Math.min(expiresAt.getTime(), lastSeenAt.getTime() + lifetime.idleMs) <= Date.now();

  async function addToken(browserId: string): Promise<string> {
    const token = createToken('remember');
    const unused = { rotatedAt: null, voidedAt: null };
    await store.addToken({ id: hashToken(token), browserId, createdAt: new Date(), ...unused });
    return token;
  }

  return {
    async remember(userId, { userAgent, address }, lifetimeMs = lifetime.lifetimeMs) {
      const now = new Date();
      const expiresAt = new Date(now.getTime() + lifetimeMs);
      const id = crypto.randomUUID();
      await store.addBrowser({ id, userId, createdAt: now, expiresAt, lastSeenAt: now, userAgent, address });
      return { browserId: id, token: await addToken(id), expiresAt };
    },

    async redeemRememberToken(presented, { userAgent, address }) {
      const found = await store.findToken(hashToken(presented));
      if (!found) return { outcome: 'invalid' };
      const { token, browser } = found;
      if (isExpired(browser)) {
        await store.endBrowser(browser.id);
        return { outcome: 'invalid' };
      }
      if (isLongAgo(token.rotatedAt) || isLongAgo(token.voidedAt)) {
        await store.endBrowser(browser.id);
        return { outcome: 'replayed', userId: browser.userId };
      }
      if (token.voidedAt) return { outcome: 'invalid' };
      // The next token is stored first, so that a crash between the two writes leaves the browser with a valid one.
      const next = await addToken(browser.id);
      const now = new Date();
      await store.markRotated(token.id, now);
      await store.touchBrowser(browser.id, { at: now, userAgent, address });
      return { outcome: 'redeemed', browser, next: { token: next, expiresAt: browser.expiresAt } };
    },

    async findBrowser(presented) {
      const found = await store.findToken(hashToken(presented));
      const isUnused = found && !found.token.rotatedAt && !found.token.voidedAt;
      return isUnused && !isExpired(found.browser) ? found.browser : null;
    },

    async reissue(browserId) {
      const token = await addToken(browserId);
      await store.voidTokens(browserId, hashToken(token), new Date());
      return token;
    },

    async forget(presented) {
      const found = await store.findToken(hashToken(presented));
      if (found) await store.endBrowser(found.browser.id);
    },

    async listBrowsers(userId) {
      return (await store.listBrowsers(userId)).filter((browser) => !isExpired(browser));
    },
  };
}

const isLongAgo = (time: Date | null) => time !== null && Date.now() - time.getTime() > parallelRequestsMs;
