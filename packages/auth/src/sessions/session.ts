import type { Adapter } from 'lucia';

/**
 * Where sessions are kept: Lucia's own interface, so that any of its adapters fits, and one method more.
 * `memorySessionAdapter` shows all that is asked of one.
 */
export type SessionAdapter = Adapter & {
  /** Changes some columns of a session; one that is gone stays gone. */
  updateSession(id: string, changes: SessionChanges): Promise<void>;
};

export type SessionChanges = {
  lastSeenAt?: Date;
  freshUntil?: Date;
  address?: string | null;
};

/** A person's browser, signed in. Twin of Flask-Login's session. */
export type Session = {
  /** SHA-256 of the token, in hex: the token itself is known to the browser alone (ASVS 5.0 §7.2). */
  readonly id: string;
  readonly userId: string;
  /** The remembered browser that it belongs to; null where *remember me* was not ticked. */
  readonly browserId: string | null;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  /** Until when the password counts as just entered. */
  readonly freshUntil: Date;
  /** Outlives the browser's own session, by a remember token. */
  readonly isRemembered: boolean;
  readonly userAgent: string;
  readonly address: string | null;
  /** The session whose place it took, and when; null for one that began by signing in. */
  readonly replaced: { readonly id: string; readonly at: Date } | null;
};

/** How long something lives unused (it slides forward with use), and at the most (ASVS 5.0 §7.3). Milliseconds. */
export type Lifetime = { readonly idleMs: number; readonly lifetimeMs: number };

/** Who asks, as far as a request says: nothing here is proven. */
export type Client = {
  /** The `User-Agent` header; empty when there is none. */
  readonly userAgent: string;
  readonly address: string | null;
};

/** Twin of `login_fresh()`: whether the password was entered lately. */
export function isFresh({ freshUntil }: Pick<Session, 'freshUntil'>, now = new Date()): boolean {
  return freshUntil.getTime() > now.getTime();
}

/** The columns that a session has beside Lucia's own `id`, `user_id` and `expires_at`. */
export type SessionAttributes = {
  browser_id: string | null;
  created_at: Date;
  last_seen_at: Date;
  fresh_until: Date;
  must_rotate: boolean;
  replaced_id: string | null;
  replaced_at: Date | null;
  user_agent: string;
  address: string | null;
};

declare module 'lucia' {
  interface Register {
    DatabaseSessionAttributes: SessionAttributes;
    DatabaseUserAttributes: { loaded: unknown };
  }
}
