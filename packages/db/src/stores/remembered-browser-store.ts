import { RememberedBrowser, RememberToken, Session } from '../entities/index.ts';
import type { Database } from '../database.ts';
import { recordMapper, type RecordOf } from '../entities/records.ts';

type Browser = RecordOf<typeof RememberedBrowser>;
type Token = RecordOf<typeof RememberToken>;

/** Remembered browsers and their tokens. */
export type RememberedBrowserStore = {
  addBrowser(browser: Browser): Promise<void>;
  addToken(token: Token): Promise<void>;
  findToken(id: string): Promise<{ token: Token; browser: Browser } | null>;
  /** The tokens of a browser that are not void. */
  listTokens(browserId: string): Promise<Token[]>;
  updateToken(
    id: string,
    changes: { presentedAt?: Date; rotatedAt?: Date; replacedAt?: Date },
  ): Promise<void>;
  /** Voids all tokens of a browser except one and those that it was exchanged for. */
  voidOtherTokens(browserId: string, keptId: string, at: Date): Promise<void>;
  /** Deletes the sessions of a browser except those that were issued with one of these tokens, and are not proven. */
  endOtherSessions(browserId: string, tokenIds: readonly string[]): Promise<void>;
  touchBrowser(id: string, seen: { at: Date; userAgent: string; address: string | null }): Promise<void>;
  listBrowsers(userId: string): Promise<Browser[]>;
  endBrowser(id: string): Promise<void>;
  endBrowsers(userId: string, exceptId?: string | null): Promise<void>;
};

export function createRememberedBrowserStore(database: Database): RememberedBrowserStore {
  return { ...tokenStore(database), ...browserStore(database) };
}

type TokenMethods = 'addToken' | 'findToken' | 'listTokens' | 'updateToken' | 'voidOtherTokens';

function tokenStore(database: Database): Pick<RememberedBrowserStore, TokenMethods> {
  const toBrowser = recordMapper(database, RememberedBrowser);
  const toToken = recordMapper(database, RememberToken);

  return {
    async addToken({ browserId, ...token }) {
      await database.em().insert(RememberToken, { ...token, browser: browserId });
    },

    async findToken(id) {
      const token = await database.em().findOne(RememberToken, { id }, { populate: ['browser'] });
      return token && { token: toToken(token), browser: toBrowser(token.browser) };
    },

    async listTokens(browserId) {
      const tokens = await database.em().find(RememberToken, { browser: browserId, voidedAt: null });
      return tokens.map(toToken);
    },

    async updateToken(id, changes) {
      await database.em().nativeUpdate(RememberToken, { id }, changes);
    },

    async voidOtherTokens(browserId, keptId, at) {
      const others = {
        browser: browserId,
        id: { $ne: keptId },
        $or: [{ parentId: null }, { parentId: { $ne: keptId } }],
        voidedAt: null,
      };
      await database.em().nativeUpdate(RememberToken, others, { voidedAt: at });
    },
  };
}

function browserStore(database: Database): Omit<RememberedBrowserStore, TokenMethods> {
  const toBrowser = recordMapper(database, RememberedBrowser);

  return {
    async addBrowser({ userId, ...browser }) {
      await database.em().insert(RememberedBrowser, { ...browser, user: userId });
    },

    async endOtherSessions(browserId, tokenIds) {
      const others = { $or: [{ unprovenTokenId: null }, { unprovenTokenId: { $nin: [...tokenIds] } }] };
      await database.em().nativeDelete(Session, { browser: browserId, ...others });
    },

    async touchBrowser(id, { at, userAgent, address }) {
      await database.em().nativeUpdate(RememberedBrowser, { id }, { lastSeenAt: at, userAgent, address });
    },

    async listBrowsers(userId) {
      const browsers = await database.em().find(RememberedBrowser, { user: userId });
      return browsers.map(toBrowser);
    },

    // Tokens and sessions are deleted with their browser, by foreign keys.
    async endBrowser(id) {
      await database.em().nativeDelete(RememberedBrowser, { id });
    },

    async endBrowsers(userId, exceptId = null) {
      const which = { user: userId, ...(exceptId !== null && { id: { $ne: exceptId } }) };
      await database.em().nativeDelete(RememberedBrowser, which);
    },
  };
}
