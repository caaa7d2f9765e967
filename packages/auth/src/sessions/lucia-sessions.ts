import { Lucia, TimeSpan, type DatabaseSession } from 'lucia';
import type { User } from '../current-user.ts';
import type { Lifetime, Session, SessionAdapter, SessionAttributes } from './session.ts';
import { createToken, hashToken } from './session-token.ts';

export type NewSession = Pick<
  SessionAttributes,
  'browserId' | 'createdAt' | 'freshUntil' | 'userAgent' | 'address'
> & {
  userId: string;
  /** The id of the session that the new one replaces. */
  replacedId?: string;
  unprovenTokenId?: string | null;
};

/** Sessions, by Lucia: the only file that calls it. */
export type Sessions<U extends User> = {
  /** Creates a session with a new token. */
  create(session: NewSession): Promise<{ token: string; session: Session }>;
  /**
   * Finds the session of a token, with its user.
   * @returns null when there is none. An expired session, or one whose user was deleted, is deleted.
   */
  find(token: string): Promise<{ session: Session; user: U; mustRotate: boolean } | null>;
  end(id: string): Promise<void>;
  endAll(userId: string): Promise<void>;
  endOthers(userId: string, exceptId: string): Promise<void>;
  /** The user's sessions that have not expired. */
  list(userId: string): Promise<Session[]>;
};

export function createLuciaSessions<U extends User>(
  adapter: SessionAdapter,
  loadUser: (id: string) => Promise<U | null>,
  lifetime: Lifetime,
): Sessions<U> {
  const lucia = new Lucia(withUserLoader(adapter, loadUser), {
    // Lucia extends a session only after half of this time has passed. With twice the idle time, Lucia's expiry is never
    // before the idle expiry that is checked here from `lastSeenAt`.
    sessionExpiresIn: new TimeSpan(2 * lifetime.idleMs, 'ms'),
    getSessionAttributes: (attributes) => attributes,
    getUserAttributes: (attributes) => attributes,
  });
  const isExpired = ({ expiresAt }: Session) => expiresAt.getTime() <= Date.now();

  return {
    async create({ userId, ...session }) {
      const token = createToken('session');
      const id = hashToken(token);
      const attributes = toAttributes(session);
      await lucia.createSession(userId, attributes, { sessionId: id });
      return { token, session: toSession({ id, userId, ...attributes }, lifetime) };
    },

    async find(token) {
      const { session: validated, user } = await lucia.validateSession(hashToken(token));
      if (!validated) return null;
      const session = toSession(validated, lifetime);
      if (isExpired(session)) {
        await lucia.invalidateSession(session.id);
        return null;
      }
      // The cast: Lucia's types are global, so they cannot have the type that `loadUser` returns.
      return { session, user: user.record as U, mustRotate: validated.mustRotate };
    },

    end: (id) => lucia.invalidateSession(id),
    endAll: (userId) => lucia.invalidateUserSessions(userId),
    endOthers: (userId, exceptId) => adapter.deleteOtherSessions(userId, exceptId),

    async list(userId) {
      const sessions = await adapter.getUserSessions(userId);
      return sessions
        .map(({ attributes, ...session }) => toSession({ ...session, ...attributes }, lifetime))
        .filter((session) => !isExpired(session));
    },
  };
}

/** Loads the user of a session where the adapter has not returned one. */
function withUserLoader<U extends User>(
  adapter: SessionAdapter,
  loadUser: (id: string) => Promise<U | null>,
): SessionAdapter {
  return {
    ...adapter,
    async getSessionAndUser(id) {
      const [session, user] = await adapter.getSessionAndUser(id);
      if (!session || user) return [session, user];
      const record = await loadUser(session.userId);
      return [session, record && { id: record.id, attributes: { record } }];
    },
  };
}

function toAttributes({
  replacedId,
  unprovenTokenId = null,
  ...session
}: Omit<NewSession, 'userId'>): SessionAttributes {
  const now = new Date();
  const replaced =
    replacedId === undefined ? { replacedId: null, replacedAt: null } : { replacedId, replacedAt: now };
  return { ...session, lastSeenAt: now, mustRotate: false, ...replaced, unprovenTokenId };
}

/** The expiry of a session is computed, so that a changed setting also applies to sessions that exist. */
function toSession(
  { id, userId, ...stored }: Pick<DatabaseSession, 'id' | 'userId'> & SessionAttributes,
  { idleMs, lifetimeMs }: Lifetime,
): Session {
  const { browserId, createdAt, lastSeenAt, freshUntil } = stored;
  const { replacedId, replacedAt, unprovenTokenId, userAgent, address } = stored;
  return {
    id,
    userId,
    browserId,
    createdAt,
    lastSeenAt,
    expiresAt: new Date(Math.min(lastSeenAt.getTime() + idleMs, createdAt.getTime() + lifetimeMs)),
    freshUntil,
    replacedId,
    replacedAt,
    unprovenTokenId,
    userAgent,
    address,
    isRemembered: browserId !== null,
  };
}
