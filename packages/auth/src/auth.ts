import { Lucia, TimeSpan, type DatabaseSession } from 'lucia';
import { anonymous, personOf, type CurrentUser, type User } from './current-user.ts';
import type { Lifetime, Session, SessionAdapter } from './sessions/session.ts';
import { createToken, hashToken, kindOfToken, type TokenKind } from './sessions/session-token.ts';

export type AuthOptions<U extends User> = {
  sessions: SessionAdapter;
  /** Finds a user by id, wherever users are kept; null when there is none. Twin of Flask-Login's `user_loader`. */
  loadUser: (id: string) => Promise<U | null>;
  sessionLifetime: Lifetime;
  rememberLifetime: Lifetime;
};

/** A request's answer to "who is asking". `session` is null for nobody. */
export type SignedIn<U extends User> = {
  current: CurrentUser<U>;
  session: Session | null;
  /** The session's end has moved: a remembered cookie has to be sent again. */
  isExtended: boolean;
};

export type Auth<U extends User> = {
  /** Starts a session under a new token. Twin of `login_user`. The caller has checked the password. */
  loginUser(user: User, options: { remember: boolean }): Promise<{ token: string; session: Session }>;
  /** Ends the session of this token at once and for every copy of it. Twin of `logout_user`; unknown tokens are fine. */
  logoutUser(token: string | null): Promise<void>;
  /** Who holds this token. A session whose user is gone, or whose time is over, is deleted. */
  signedIn(token: string | null): Promise<SignedIn<U>>;
  /** Ends every session of a user: after disabling, deleting, a reset password. */
  endSessionsOf(userId: string): Promise<void>;
};

/**
 * Sessions over Lucia, for users kept anywhere.
 * @throws Error in words when no user loader is given (Flask-Login's "Missing user_loader")
 */
export function createAuth<U extends User>(options: AuthOptions<U>): Auth<U> {
  if (typeof options.loadUser !== 'function') {
    throw new Error('createAuth needs loadUser: a function that finds a user by id, or answers null.');
  }

  const lifetimes = { session: options.sessionLifetime, remembered: options.rememberLifetime };
  const instances: Record<TokenKind, Lucia> = {
    session: luciaWith(options, lifetimes.session),
    remembered: luciaWith(options, lifetimes.remembered),
  };

  return {
    async loginUser(user, { remember }) {
      const kind = remember ? 'remembered' : 'session';
      const token = createToken(kind);
      const attributes = { created_at: new Date(), is_remembered: remember };
      const created = await instances[kind].createSession(user.id, attributes, {
        sessionId: hashToken(token),
      });
      return { token, session: sessionOf(created, lifetimes[kind]) };
    },

    async logoutUser(token) {
      const kind = token && kindOfToken(token);
      if (kind) await instances[kind].invalidateSession(hashToken(token));
    },

    async signedIn(token) {
      const kind = token && kindOfToken(token);
      if (!kind) return nobody;
      const validated = await instances[kind].validateSession(hashToken(token));
      if (!validated.session) return nobody;

      const session = sessionOf(validated.session, lifetimes[kind]);
      if (session.expiresAt.getTime() <= Date.now()) {
        await instances[kind].invalidateSession(session.id);
        return nobody;
      }
      return {
        // The cast: Lucia carries the loaded user through, and has no type for it.
        current: personOf((validated.user as unknown as { loaded: U }).loaded),
        session,
        isExtended: validated.session.fresh,
      };
    },

    endSessionsOf: (userId) => instances.session.invalidateUserSessions(userId),
  };
}

const nobody = { current: anonymous, session: null, isExtended: false } as const;

function luciaWith<U extends User>({ sessions, loadUser }: AuthOptions<U>, lifetime: Lifetime): Lucia {
  return new Lucia(withUserLoader(sessions, loadUser), {
    sessionExpiresIn: new TimeSpan(lifetime.idleMs, 'ms'),
    getSessionAttributes: (attributes) => attributes,
    getUserAttributes: ({ loaded }) => ({ loaded }),
  });
}

/** Lucia asks its adapter for session and user together; the user is whoever the application's loader finds. */
function withUserLoader<U extends User>(
  sessions: SessionAdapter,
  loadUser: AuthOptions<U>['loadUser'],
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

function sessionOf(
  session: { id: string; userId: string; expiresAt: Date },
  { lifetimeMs }: Lifetime,
): Session {
  // The cast: Lucia spreads the attributes into the session, and its type cannot say so here.
  const { created_at, is_remembered } = session as unknown as DatabaseSession['attributes'];
  const lastMs = created_at.getTime() + lifetimeMs;
  return {
    id: session.id,
    userId: session.userId,
    createdAt: created_at,
    // Lucia slides the end forward with use; beyond the whole lifetime it does not count (ASVS 5.0 §7.3.2).
    expiresAt: new Date(Math.min(session.expiresAt.getTime(), lastMs)),
    isRemembered: is_remembered,
  };
}
