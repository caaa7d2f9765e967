import type { User } from './current-user.ts';
import type { AuthEvent, Events } from './events.ts';
import type { RememberStore } from './remember/remembered-browser.ts';
import type { RememberTokens } from './remember/remember-tokens.ts';
import type { Sessions } from './sessions/lucia-sessions.ts';
import type { Client, Lifetime, SessionAdapter } from './sessions/session.ts';

/** The stores within one transaction. */
export type AuthStores<U extends User> = {
  sessions: SessionAdapter;
  remembered: RememberStore;
  /** Loads a user. Nothing else changes them until the end of the transaction. */
  lockUser: (id: string) => Promise<U | null>;
  /** Changes a field of the user's credential, so that sign-ins that are in progress fail. */
  endLogins: (userId: string) => Promise<void>;
  /** Records that a remember token was copied, in the transaction that ends its browser. */
  reportCopy: (userId: string, client: Client) => Promise<void>;
};

/** Runs work in one transaction, and repeats it after a conflict. */
export type RunTransaction<U extends User> = <T>(work: (stores: AuthStores<U>) => Promise<T>) => Promise<T>;

export type AuthOptions<U extends User> = {
  sessions: SessionAdapter;
  remembered: RememberStore;
  /** Loads a user by id; null when there is none. Equivalent of Flask-Login's `user_loader`. */
  loadUser: (id: string) => Promise<U | null>;
  /** Without it, transactions of this process run one after the other: for stores in memory. */
  transaction?: RunTransaction<U>;
  /**
   * The fields of a user that a sign-in depends on, like the hash of the password. A session begins only if they are as they
   * were when the password was checked.
   */
  credential?: readonly string[];
  /**
   * Loads the user of a request that has no session, for example from a header; null when there is none. No session is
   * created for such a user. Equivalent of Flask-Login's `request_loader`.
   */
  loadUserFromRequest?: ((request: Request) => Promise<U | null>) | undefined;
  sessionLifetime: Lifetime;
  rememberLifetime: Lifetime;
  /** For how long after entering the password a session is a fresh login. Milliseconds. */
  freshMs: number;
  /**
   * When another device uses a session: `basic` ends its fresh login, `strong` ends the session, `off` does nothing.
   * Equivalent of Flask-Login's `SESSION_PROTECTION`.
   */
  sessionProtection?: SessionProtection;
  /** The maximum number of devices per user: the least recently used one is signed out. Null for no limit. */
  sessionsPerUser?: number | null;
  onListenerError?: (event: AuthEvent, error: unknown) => void;
};

export type SessionProtection = 'off' | 'basic' | 'strong';

/** What the functions of this package work with: the options, and what `createAuth` builds from them. */
export type AuthParts<U extends User> = StoreParts<U> &
  Pick<AuthOptions<U>, 'loadUser' | 'loadUserFromRequest' | 'freshMs' | 'sessionsPerUser'> & {
    credential: readonly string[];
    inTransaction<T>(work: (tx: TransactionParts<U>) => Promise<T>): Promise<T>;
    sessionProtection: SessionProtection;
    /** How long after a session was last marked as seen it is marked again. Milliseconds. */
    touchMs: number;
    events: Events<U>;
  };

/** The stores, and what works on them. */
export type StoreParts<U extends User> = {
  adapter: SessionAdapter;
  sessions: Sessions<U>;
  rememberStore: RememberStore;
  rememberTokens: RememberTokens;
};

/** The same within a transaction. Its functions emit no events, because the transaction may be repeated. */
export type TransactionParts<U extends User> = AuthParts<U> &
  Pick<AuthStores<U>, 'lockUser' | 'endLogins' | 'reportCopy'>;

/** A time in the past, for sessions that are not fresh. */
export const notFresh = new Date(0);

/** Cuts the `User-Agent` header to the length of its column. */
export function truncateClient({ userAgent, address }: Client): Client {
  return { userAgent: userAgent.slice(0, 255), address };
}
