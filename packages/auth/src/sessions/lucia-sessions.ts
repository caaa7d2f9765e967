import { Lucia, TimeSpan, type DatabaseSession } from 'lucia';
import type { User } from '../current-user.ts';
import type { Lifetime, Session, SessionAdapter, SessionAttributes } from './session.ts';
import { createToken, hashToken } from './session-token.ts';

export type NewSession = {
  userId: string;
  browserId: string | null;
  createdAt: Date;
  freshUntil: Date;
  userAgent: string;
  address: string | null;
  /** The id of the session that ends for it. */
  replacedId?: string;
};

/** Sessions over Lucia: all that the rest of this package asks of it. */
export type Sessions<U extends User> = {
  /** Starts a session under a new token. */
  start(session: NewSession): Promise<{ token: string; session: Session }>;
  /** Whose session this token is; null when it is nobody's, its time is over, or its user is gone, which deletes it. */
  find(token: string): Promise<{ session: Session; user: U; mustRotate: boolean } | null>;
  end(id: string): Promise<void>;
  endAllOf(userId: string): Promise<void>;
  /** Those that are still good. */
  listOf(userId: string): Promise<Session[]>;
};

export function luciaSessions<U extends User>(
  adapter: SessionAdapter,
  loadUser: (id: string) => Promise<U | null>,
  lifetime: Lifetime,
): Sessions<U> {
  const lucia = new Lucia(withUserLoader(adapter, loadUser), {
    // Lucia moves the end only after half of this time. With twice the idle time its end is never before ours, which
    // goes by when the session was last seen.
    sessionExpiresIn: new TimeSpan(2 * lifetime.idleMs, 'ms'),
    getSessionAttributes: (attributes) => attributes,
    getUserAttributes: ({ loaded }) => ({ loaded }),
  });
  const isOver = ({ expiresAt }: Session) => expiresAt.getTime() <= Date.now();

  return {
    async start({ userId, ...session }) {
      const token = createToken('session');
      const created = await lucia.createSession(userId, attributesOf(session), {
        sessionId: hashToken(token),
      });
      return { token, session: sessionOf({ ...created, attributes: attributesOf(session) }, lifetime) };
    },

    async find(token) {
      const { session: validated, user } = await lucia.validateSession(hashToken(token));
      if (!validated) return null;
      // The cast: Lucia spreads the attributes into the session, and its type cannot say so here.
      const attributes = validated as unknown as SessionAttributes;
      const session = sessionOf({ ...validated, attributes }, lifetime);
      if (isOver(session)) {
        await lucia.invalidateSession(session.id);
        return null;
      }
      // The cast: Lucia carries the loaded user through, and has no type for it.
      const { loaded } = user as unknown as { loaded: U };
      return { session, user: loaded, mustRotate: attributes.must_rotate };
    },

    end: (id) => lucia.invalidateSession(id),
    endAllOf: (userId) => lucia.invalidateUserSessions(userId),

    async listOf(userId) {
      const sessions = await adapter.getUserSessions(userId);
      return sessions.map((session) => sessionOf(session, lifetime)).filter((session) => !isOver(session));
    },
  };
}

/** Lucia asks its adapter for session and user together; the user is whoever the application's loader finds. */
function withUserLoader<U extends User>(
  sessions: SessionAdapter,
  loadUser: (id: string) => Promise<U | null>,
): SessionAdapter {
  return {
    ...sessions,
    async getSessionAndUser(id) {
      const [session] = await sessions.getSessionAndUser(id);
      const user = session && (await loadUser(session.userId));
      return [session, user && { id: user.id, attributes: { loaded: user } }];
    },
  };
}

function attributesOf(session: Omit<NewSession, 'userId'>): SessionAttributes {
  return {
    browser_id: session.browserId,
    created_at: session.createdAt,
    last_seen_at: new Date(),
    fresh_until: session.freshUntil,
    must_rotate: false,
    replaced_id: session.replacedId ?? null,
    replaced_at: session.replacedId === undefined ? null : new Date(),
    user_agent: session.userAgent,
    address: session.address,
  };
}

function sessionOf(
  { id, userId, attributes }: Pick<DatabaseSession, 'id' | 'userId' | 'attributes'>,
  { idleMs, lifetimeMs }: Lifetime,
): Session {
  const { browser_id, created_at, last_seen_at, fresh_until, user_agent, address } = attributes;
  const { replaced_id, replaced_at } = attributes;
  const endMs = Math.min(last_seen_at.getTime() + idleMs, created_at.getTime() + lifetimeMs);
  return {
    id,
    userId,
    browserId: browser_id,
    createdAt: created_at,
    lastSeenAt: last_seen_at,
    expiresAt: new Date(endMs),
    freshUntil: fresh_until,
    isRemembered: browser_id !== null,
    userAgent: user_agent,
    address,
    replaced: replaced_id !== null && replaced_at !== null ? { id: replaced_id, at: replaced_at } : null,
  };
}
