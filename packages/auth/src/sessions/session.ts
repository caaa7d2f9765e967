import type { Adapter } from 'lucia';

/**
 * Where sessions are kept. Lucia's own interface, so that any of its adapters fits;
 * `memorySessionAdapter` shows all that is asked of one.
 */
export type SessionAdapter = Adapter;

/** A person's browser, signed in. Twin of Flask-Login's session. */
export type Session = {
  /** SHA-256 of the token, in hex: the token itself is known to the browser alone (ASVS 5.0 §7.2). */
  readonly id: string;
  readonly userId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Signed in with *remember me*: outlives the browser's own session. */
  readonly isRemembered: boolean;
};

/** How long a session lives unused (it slides forward with use), and at the most (ASVS 5.0 §7.3). Milliseconds. */
export type Lifetime = { readonly idleMs: number; readonly lifetimeMs: number };

/** The columns that a session has beside Lucia's own `id`, `user_id` and `expires_at`. */
export type SessionAttributes = { created_at: Date; is_remembered: boolean };

declare module 'lucia' {
  interface Register {
    DatabaseSessionAttributes: SessionAttributes;
    DatabaseUserAttributes: { loaded: unknown };
  }
}
