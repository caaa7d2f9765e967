import { RememberedBrowser, RememberToken, Session } from './entities/index.ts';
import type { Database } from './database.ts';

/** What a session adapter of Lucia's does not do. */
export type SessionStore = {
  /** Changes some columns of a session; one that is gone stays gone. */
  updateSession: (
    id: string,
    changes: { lastSeenAt?: Date; freshUntil?: Date; address?: string | null },
  ) => Promise<void>;
};

export function createSessionStore(database: Database): SessionStore {
  return {
    async updateSession(id, changes) {
      await database.em().nativeUpdate(Session, { id }, changes);
    },
  };
}

type Browser = {
  id: string;
  userId: string;
  createdAt: Date;
  expiresAt: Date;
  lastSeenAt: Date;
  userAgent: string;
  address: string | null;
};

type Token = {
  id: string;
  browserId: string;
  createdAt: Date;
  rotatedAt: Date | null;
  voidedAt: Date | null;
};

/** Remembered browsers and their tokens, as the auth package asks for them. */
export type RememberedBrowserStore = {
  addBrowser(browser: Browser): Promise<void>;
  addToken(token: Token): Promise<void>;
  findToken(id: string): Promise<{ token: Token; browser: Browser } | null>;
  markRotated(id: string, at: Date): Promise<void>;
  voidTokens(browserId: string, except: string, at: Date): Promise<void>;
  touchBrowser(id: string, seen: { at: Date; userAgent: string; address: string | null }): Promise<void>;
  browsersOf(userId: string): Promise<Browser[]>;
  endBrowser(id: string): Promise<void>;
  endBrowsersOf(userId: string, except?: string | null): Promise<void>;
};

export function createRememberedBrowserStore(database: Database): RememberedBrowserStore {
  return {
    async addBrowser({ userId, ...browser }) {
      await database.em().insert(RememberedBrowser, { ...browser, user: userId });
    },

    async addToken({ browserId, ...token }) {
      await database.em().insert(RememberToken, { ...token, browser: browserId });
    },

    async findToken(id) {
      const token = await database.em().findOne(RememberToken, { id }, { populate: ['browser'] });
      if (!token) return null;
      const { createdAt, rotatedAt = null, voidedAt = null, browser } = token;
      return {
        token: { id, browserId: browser.id, createdAt, rotatedAt, voidedAt },
        browser: browserOf(browser),
      };
    },

    async markRotated(id, at) {
      await database.em().nativeUpdate(RememberToken, { id, rotatedAt: null }, { rotatedAt: at });
    },

    async voidTokens(browserId, except, at) {
      const others = { browser: browserId, id: { $ne: except }, voidedAt: null };
      await database.em().nativeUpdate(RememberToken, others, { voidedAt: at });
    },

    async touchBrowser(id, { at, userAgent, address }) {
      await database.em().nativeUpdate(RememberedBrowser, { id }, { lastSeenAt: at, userAgent, address });
    },

    async browsersOf(userId) {
      const browsers = await database.em().find(RememberedBrowser, { user: userId });
      return browsers.map(browserOf);
    },

    // Tokens and sessions refer to their browser, and go with it.
    async endBrowser(id) {
      await database.em().nativeDelete(RememberedBrowser, { id });
    },

    async endBrowsersOf(userId, except = null) {
      const which = { user: userId, ...(except !== null && { id: { $ne: except } }) };
      await database.em().nativeDelete(RememberedBrowser, which);
    },
  };
}

function browserOf({
  user,
  ...browser
}: Omit<Browser, 'userId' | 'address'> & {
  user: { id: string };
  address?: string | null | undefined;
}): Browser {
  const { id, createdAt, expiresAt, lastSeenAt, userAgent, address = null } = browser;
  return { id, userId: user.id, createdAt, expiresAt, lastSeenAt, userAgent, address };
}
