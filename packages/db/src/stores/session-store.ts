import { Session, User } from '../entities/index.ts';
import type { Database } from '../database.ts';
import { recordMapper, type RecordOf } from '../entities/records.ts';
import { recordReader } from '../sql/record-reader.ts';
import { createStoredUserMapper, type StoredUser } from './user-record.ts';

/** A session as it is stored. */
export type SessionRecord = RecordOf<typeof Session>;

/** The reads and changes of sessions that Lucia's adapters do not offer, or not in one query. */
export type SessionStore = {
  /** Reads a session together with its user, in one prepared query. Every request with a session runs it. */
  findSessionAndUser(id: string): Promise<{ session: SessionRecord; user: StoredUser } | null>;
  listSessions(userId: string): Promise<SessionRecord[]>;
  /** Changes some columns of a session. Does nothing when the session does not exist. */
  updateSession(
    id: string,
    changes: { lastSeenAt?: Date; freshUntil?: Date; address?: string | null; unprovenTokenId?: null },
  ): Promise<void>;
  /** Deletes all sessions of a user except one. */
  deleteOtherSessions(userId: string, exceptId: string): Promise<void>;
};

export function createSessionStore(database: Database): SessionStore {
  const sessions = recordReader(database, Session, 's');
  const users = recordReader(database, User, 'u');
  const findSessionAndUser = database.prepareSelect(
    `select ${sessions.columns}, ${users.columns} from sessions s join users u on u.id = s.user_id where s.id = ?`,
  );
  return {
    ...sessionQueries(database),
    async findSessionAndUser(id) {
      const [row] = await findSessionAndUser(id);
      if (!row) return null;
      return { session: sessions.read(row, 0), user: users.read(row, sessions.count) };
    },
  };
}

/** The same as a part of a transaction, whose changes the prepared query would not see. */
export function sessionStoreWithin(database: Database): SessionStore {
  const toSessionRecord = recordMapper(database, Session);
  const toStoredUser = createStoredUserMapper(database);
  return {
    ...sessionQueries(database),
    async findSessionAndUser(id) {
      const session = await database.em().findOne(Session, { id }, { populate: ['user'] });
      return session && { session: toSessionRecord(session), user: toStoredUser(session.user) };
    },
  };
}

function sessionQueries(database: Database): Omit<SessionStore, 'findSessionAndUser'> {
  const toSessionRecord = recordMapper(database, Session);
  return {
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
