import type { SessionAdapter } from '../sessions/session.ts';
import type { RememberedBrowser, RememberStore, RememberToken } from './remembered-browser.ts';

/**
 * Remembered browsers in maps: for tests, and as an example for other stores.
 * @param sessions contains the sessions that end with their browser
 */
export function createMemoryRememberStore(sessions: SessionAdapter): RememberStore {
  const browsers = new Map<string, RememberedBrowser>();
  const tokens = new Map<string, RememberToken>();

  const endBrowser = async (id: string) => {
    const browser = browsers.get(id);
    browsers.delete(id);
    for (const token of tokens.values()) if (token.browserId === id) tokens.delete(token.id);
    await endSessions(browser);
  };
  const endSessions = async (browser: RememberedBrowser | undefined, kept: readonly string[] = []) => {
    for (const session of browser ? await sessions.getUserSessions(browser.userId) : []) {
      const { browserId, unprovenTokenId } = session.attributes;
      const isKept = unprovenTokenId !== null && kept.includes(unprovenTokenId);
      if (browserId === browser?.id && !isKept) await sessions.deleteSession(session.id);
    }
  };
  const listBrowsers = (userId: string) =>
    [...browsers.values()].filter((browser) => browser.userId === userId);

  return {
    addBrowser(browser) {
      browsers.set(browser.id, browser);
      return Promise.resolve();
    },
    addToken(token) {
      tokens.set(token.id, token);
      return Promise.resolve();
    },
    findToken(id) {
      const token = tokens.get(id);
      const browser = token && browsers.get(token.browserId);
      return Promise.resolve(token && browser ? { token, browser } : null);
    },
    listTokens: (browserId) => {
      const all = [...tokens.values()];
      return Promise.resolve(all.filter((token) => token.browserId === browserId && !token.voidedAt));
    },
    updateToken(id, changes) {
      const token = tokens.get(id);
      if (token) tokens.set(id, { ...token, ...changes });
      return Promise.resolve();
    },
    voidOtherTokens(browserId, keptId, at) {
      for (const token of tokens.values()) {
        if (token.browserId === browserId && token.id !== keptId && token.parentId !== keptId) {
          tokens.set(token.id, { ...token, voidedAt: token.voidedAt ?? at });
        }
      }
      return Promise.resolve();
    },
    endOtherSessions: (browserId, tokenIds) => endSessions(browsers.get(browserId), tokenIds),
    touchBrowser(id, { at, userAgent, address }) {
      const browser = browsers.get(id);
      if (browser) browsers.set(id, { ...browser, lastSeenAt: at, userAgent, address });
      return Promise.resolve();
    },
    listBrowsers: (userId) => Promise.resolve(listBrowsers(userId)),
    endBrowser,
    async endBrowsers(userId, exceptId = null) {
      for (const { id } of listBrowsers(userId)) if (id !== exceptId) await endBrowser(id);
    },
  };
}
