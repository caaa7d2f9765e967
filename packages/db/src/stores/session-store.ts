import { RememberedBrowser, RememberToken, Session, User } from '../entities/index.ts';
import type { Database } from '../database.ts';
import { recordMapper, type RecordOf } from '../entities/records.ts';
import { recordReader } from '../sql/record-reader.ts';
import type { UserRecord } from './user-record.ts';

/** A session as it is stored. */
export type SessionRecord = RecordOf<typeof Session>;

/** The reads and changes of sessions that Lucia's adapters do not offer, or not in one query. */
export type SessionStore = {
  /** Reads a session together with its user, in one prepared query. Every request with a session runs it. */
  findSessionAndUser(id: string): Promise<{ session: SessionRecord; user: UserRecord } | null>;
  listSessions(userId: string): Promise<SessionRecord[]>;
  /** Changes some columns of a session. Does nothing when the session does not exist. */
  updateSession(
    id: string,
    changes: { lastSeenAt?: Date; freshUntil?: Date; address?: string | null },
  ): Promise<void>;
  /** Deletes all sessions of a user except one. */
  deleteOtherSessions(userId: string, exceptId: string): Promise<void>;
};

export function createSessionStore(database: Database): SessionStore {
  const sessions = recordReader(database, Session, 's');
  const users = recordReader(database, User, 'u');
  const toSessionRecord = recordMapper(database, Session);
  const findSessionAndUser = database.prepareSelect(
    `select ${sessions.columns}, ${users.columns} from sessions s join users u on u.id = s.user_id where s.id = ?`,
  );

  return {
    async findSessionAndUser(id) {
      const [row] = await findSessionAndUser(id);
      if (!row) return null;
      return { session: sessions.read(row, 0), user: users.read(row, sessions.count) };
    },

    async listSessions(userId) {
      const found = await database.em().find(Session, { user: userId });
      return found.map(toSessionRecord);
    },

    async updateSession(id, changes) {
      await database.em().nativeUpdate(Session, { id }, changes);
    },

    async deleteOtherSessions(userId, exceptId) {
      await database.em().nativeDelete(Session, { user: userId, id: { $ne: exceptId } });
    },
  };
}

type Browser = RecordOf<typeof RememberedBrowser>;
type Token = RecordOf<typeof RememberToken>;

/** Remembered browsers and their tokens. */
export type RememberedBrowserStore = {
  addBrowser(browser: Browser): Promise<void>;
  addToken(token: Token): Promise<void>;
  findToken(id: string): Promise<{ token: Token; browser: Browser } | null>;
  markRotated(id: string, at: Date): Promise<void>;
  voidTokens(browserId: string, exceptId: string, at: Date): Promise<void>;
  touchBrowser(id: string, seen: { at: Date; userAgent: string; address: string | null }): Promise<void>;
  listBrowsers(userId: string): Promise<Browser[]>;
  endBrowser(id: string): Promise<void>;
  endBrowsers(userId: string, exceptId?: string | null): Promise<void>;
};

export function createRememberedBrowserStore(database: Database): RememberedBrowserStore {
  const toBrowser = recordMapper(database, RememberedBrowser);
  const toToken = recordMapper(database, RememberToken);

  return {
    async addBrowser({ userId, ...browser }) {
      await database.em().insert(RememberedBrowser, { ...browser, user: userId });
    },

    async addToken({ browserId, ...token }) {
      await database.em().insert(RememberToken, { ...token, browser: browserId });
    },

    async findToken(id) {
      const token = await database.em().findOne(RememberToken, { id }, { populate: ['browser'] });
      return token && { token: toToken(token), browser: toBrowser(token.browser) };
    },

    async markRotated(id, at) {
      await database.em().nativeUpdate(RememberToken, { id, rotatedAt: null }, { rotatedAt: at });
    },

    async voidTokens(browserId, exceptId, at) {
      const others = { browser: browserId, id: { $ne: exceptId }, voidedAt: null };
      await database.em().nativeUpdate(RememberToken, others, { voidedAt: at });
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
