import { createToken, hashToken } from '../sessions/session-token.ts';
import type { Client, Lifetime } from '../sessions/session.ts';
import { isAlone, isLongAgo, judgeToken, type Judgement } from './judge-token.ts';
import type { RememberedBrowser, RememberStore, RememberToken } from './remembered-browser.ts';

export type IssuedRememberToken = { token: string; expiresAt: Date };

/** The result of redeeming a remember token. */
export type Redemption =
  /** Unknown or expired, or another token was issued in its place. */
  | { outcome: 'invalid' }
  /** Another client has a copy: the browser was deleted. */
  | { outcome: 'copied'; userId: string }
  /** The token was exchanged for the next one. @param nextId the id under which that is stored */
  | { outcome: 'redeemed'; browser: RememberedBrowser; next: IssuedRememberToken; nextId: string };

/** What the use of a session shows about its token. `pending`: a parallel request may still get another one. */
export type TokenProof = 'proven' | 'pending' | 'refused' | 'copied';

/**
 * *Remember me*, by single-use tokens (ASVS 5.0 §7.2.4). OAuth 2.1 §4.3.1 rotates refresh tokens in the same way. All
 * changes run in a transaction in which the user is locked.
 */
export type RememberTokens = {
  /** Starts remembering a browser. @param lifetimeMs overrides the configured lifetime */
  remember(
    userId: string,
    client: Client,
    lifetimeMs?: number,
  ): Promise<{ browserId: string } & IssuedRememberToken>;
  /** The user of a token, to lock them. */
  findUserId(token: string): Promise<string | null>;
  /** Exchanges a token for the next one (rotation). */
  redeemRememberToken(token: string, client: Client): Promise<Redemption>;
  /** Notes that the browser has received the token that was issued together with a session, because it uses the session. */
  proveToken(id: string): Promise<TokenProof>;
  /** The browser of a token that is valid and unused. Does not use the token. */
  findBrowser(token: string): Promise<RememberedBrowser | null>;
  /** Issues a token for a remembered browser in the place of all earlier ones, which are refused from then on. */
  reissue(browserId: string): Promise<{ token: string; id: string }>;
  /** Stops remembering the browser of this token. @returns the user if the token shows that another client has a copy */
  forget(token: string): Promise<{ copiedFrom: string | null }>;
  /** The user's remembered browsers that have not expired. */
  listBrowsers(userId: string): Promise<RememberedBrowser[]>;
};

export function rememberTokens(store: RememberStore, lifetime: Lifetime): RememberTokens {
  const isExpired = ({ expiresAt, lastSeenAt }: RememberedBrowser) =>
    Math.min(expiresAt.getTime(), lastSeenAt.getTime() + lifetime.idleMs) <= Date.now();

  async function addToken(
    browserId: string,
    parentId: string | null,
  ): Promise<{ token: string; id: string }> {
    const token = createToken('remember');
    const id = hashToken(token);
    const states = { presentedAt: null, rotatedAt: null, replacedAt: null, voidedAt: null };
    await store.addToken({ id, browserId, parentId, createdAt: new Date(), ...states });
    return { token, id };
  }

  return {
    async remember(userId, { userAgent, address }, lifetimeMs = lifetime.lifetimeMs) {
      const now = new Date();
      const expiresAt = new Date(now.getTime() + lifetimeMs);
      const id = crypto.randomUUID();
      await store.addBrowser({ id, userId, createdAt: now, expiresAt, lastSeenAt: now, userAgent, address });
      return { browserId: id, token: (await addToken(id, null)).token, expiresAt };
    },

    async findUserId(presented) {
      return (await store.findToken(hashToken(presented)))?.browser.userId ?? null;
    },

    async redeemRememberToken(presented, { userAgent, address }) {
      const found = await store.findToken(hashToken(presented));
      if (!found) return { outcome: 'invalid' };
      const { token, browser } = found;
      if (isExpired(browser)) {
        await store.endBrowser(browser.id);
        return { outcome: 'invalid' };
      }
      const family = await store.listTokens(browser.id);
      const judgement = await present(store, token, family);
      if (judgement === 'copied') return { outcome: 'copied', userId: browser.userId };
      if (judgement === 'refused') return { outcome: 'invalid' };

      await replaceLostTokens(store, token, family);
      const next = await addToken(browser.id, token.id);
      const now = new Date();
      await store.updateToken(token.id, { rotatedAt: now, ...(!token.presentedAt && { presentedAt: now }) });
      await store.touchBrowser(browser.id, { at: now, userAgent, address });
      const issued = { token: next.token, expiresAt: browser.expiresAt };
      return { outcome: 'redeemed', browser, next: issued, nextId: next.id };
    },

    async proveToken(id) {
      const found = await store.findToken(id);
      if (!found) return 'refused';
      const { token } = found;
      const family = await store.listTokens(token.browserId);
      const judgement = await present(store, token, family);
      if (judgement !== 'valid') return judgement;
      if (!token.presentedAt) await store.updateToken(id, { presentedAt: new Date() });
      return isAlone(token, family) ? 'proven' : 'pending';
    },

    async findBrowser(presented) {
      const found = await store.findToken(hashToken(presented));
      if (!found || isExpired(found.browser)) return null;
      const { rotatedAt, replacedAt, voidedAt } = found.token;
      return rotatedAt || replacedAt || voidedAt ? null : found.browser;
    },

    async reissue(browserId) {
      const family = await store.listTokens(browserId);
      const now = new Date();
      for (const { id, presentedAt, replacedAt } of family) {
        const changes = {
          ...(!replacedAt && { replacedAt: now }),
          ...(!presentedAt && { presentedAt: now }),
        };
        // A browser that has the session has received its tokens.
        await store.updateToken(id, changes);
      }
      return addToken(browserId, null);
    },

    async forget(presented) {
      const found = await store.findToken(hashToken(presented));
      if (!found) return { copiedFrom: null };
      const { token, browser } = found;
      const isCopied =
        !isExpired(browser) && judgeToken(token, await store.listTokens(browser.id)) === 'copied';
      await store.endBrowser(browser.id);
      return { copiedFrom: isCopied ? browser.userId : null };
    },

    async listBrowsers(userId) {
      return (await store.listBrowsers(userId)).filter((browser) => !isExpired(browser));
    },
  };
}

/**
 * Judges a token that was presented, and notes what follows for the others: a copied token ends the browser; a valid one whose
 * siblings had the time to arrive voids them, and the tokens of before.
 */
async function present(
  store: RememberStore,
  token: RememberToken,
  family: readonly RememberToken[],
): Promise<Judgement> {
  const judgement = judgeToken(token, family);
  if (judgement === 'copied') await store.endBrowser(token.browserId);
  if (judgement === 'refused' && !token.presentedAt) {
    await store.updateToken(token.id, { presentedAt: new Date() });
  }
  if (judgement === 'valid' && isAlone(token, family)) await voidOthers(store, token, family);
  return judgement;
}

/**
 * Voids the tokens of before and those of siblings. Their sessions end, so that a client that still uses one presents its token,
 * and is noticed.
 */
async function voidOthers(
  store: RememberStore,
  { id, browserId }: RememberToken,
  family: readonly RememberToken[],
): Promise<void> {
  const kept = family.filter((token) => token.id === id || token.parentId === id);
  if (kept.length === family.length) return;
  await store.voidOtherTokens(browserId, id, new Date());
  await store.endOtherSessions(
    browserId,
    kept.map((token) => token.id),
  );
}

/** Replaces the tokens that this one was exchanged for and that never arrived. */
async function replaceLostTokens(
  store: RememberStore,
  { id, rotatedAt }: RememberToken,
  family: readonly RememberToken[],
): Promise<void> {
  if (!rotatedAt || !isLongAgo(rotatedAt)) return;
  for (const other of family) {
    const isLost = other.parentId === id && !other.presentedAt && !other.replacedAt;
    if (isLost) await store.updateToken(other.id, { replacedAt: new Date() });
  }
}
