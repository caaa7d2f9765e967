import type { Adapter, Lucia } from 'lucia';

/**
 * Where sessions are stored: Lucia's adapter interface plus two methods.
 * `createMemorySessionAdapter` is a complete example.
 *
 * An adapter whose users are in the same database may return the user from `getSessionAndUser`, as
 * `{ id, attributes: { record: user } }`. With null instead of a user, the user loader is called.
 */
export type SessionAdapter = Adapter & {
  /** Changes some fields of a session. Does nothing when the session does not exist. */
  updateSession(id: string, changes: SessionChanges): Promise<void>;
  /** Deletes all sessions of a user except one. */
  deleteOtherSessions(userId: string, exceptId: string): Promise<void>;
};

export type SessionChanges = {
  lastSeenAt?: Date;
  freshUntil?: Date;
  address?: string | null;
  unprovenTokenId?: null;
};

/** A session as it is stored. */
export type StoredSession = {
  /** SHA-256 of the token, in hex: only the browser has the token itself (ASVS 5.0 §7.2). */
  readonly id: string;
  readonly userId: string;
  readonly expiresAt: Date;
} & SessionAttributes;

/** The stored fields in addition to Lucia's own. */
export type SessionAttributes = {
  /** The remembered browser this session belongs to; null without *remember me*. */
  readonly browserId: string | null;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  /** Until this time the session is a fresh login. */
  readonly freshUntil: Date;
  /** The user's role has changed: the next request gets a new token (ASVS 5.0 §7.2.4). */
  readonly mustRotate: boolean;
  /** The id of the session that this one replaced, and when; null for a session started by signing in. */
  readonly replacedId: string | null;
  readonly replacedAt: Date | null;
  /**
   * The id of the remember token that was issued together with this session, until the browser has shown that it received
   * them; null for most sessions.
   */
  readonly unprovenTokenId: string | null;
  readonly userAgent: string;
  readonly address: string | null;
};

/** A browser that is signed in. Equivalent of Flask-Login's session. */
export type Session = Omit<StoredSession, 'mustRotate'> & {
  /** Whether a remember token outlives this session. */
  readonly isRemembered: boolean;
};

/** Idle time, which is extended by use, and absolute time (ASVS 5.0 §7.3). Milliseconds. */
export type Lifetime = { readonly idleMs: number; readonly lifetimeMs: number };

/** The client of a request as it describes itself; none of it is proven. */
export type Client = {
  /** The `User-Agent` header; empty when there is none. */
  readonly userAgent: string;
  readonly address: string | null;
};

/** Whether the password was entered recently. Equivalent of Flask-Login's `login_fresh()`. */
export function isFresh({ freshUntil }: Pick<Session, 'freshUntil'>, now = new Date()): boolean {
  return freshUntil.getTime() > now.getTime();
}

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<SessionAttributes, { record: unknown }>;
    DatabaseSessionAttributes: SessionAttributes;
    DatabaseUserAttributes: { record: unknown };
  }
}
