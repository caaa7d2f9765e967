import { AuthError } from './auth-error.ts';
import { anonymous, personOf, type CurrentUser, type User } from './current-user.ts';
import { createEvents, type AuthEvent, type Events } from './events.ts';
import type { IssuedTokens, PresentedTokens } from './sessions/auth-cookies.ts';
import { isSameDevice } from './sessions/device.ts';
import { devicesOf, type Device } from './sessions/devices.ts';
import { luciaSessions } from './sessions/lucia-sessions.ts';
import type { RememberStore } from './sessions/remembered-browser.ts';
import { graceMs, remembering } from './sessions/remembering.ts';
import { hashToken, isToken } from './sessions/session-token.ts';
import {
  isFresh,
  type Client,
  type Lifetime,
  type Session,
  type SessionAdapter,
} from './sessions/session.ts';

export type AuthOptions<U extends User> = {
  sessions: SessionAdapter;
  remembered: RememberStore;
  /** Finds a user by id, wherever users are kept; null when there is none. Twin of Flask-Login's `user_loader`. */
  loadUser: (id: string) => Promise<U | null>;
  /**
   * Finds the user of a request without a session, by a header say; null when there is none. Starts no session, and is
   * asked only where no cookie answers. Twin of Flask-Login's `request_loader`.
   */
  loadUserFromRequest?: ((request: Request) => Promise<U | null>) | undefined;
  sessionLifetime: Lifetime;
  rememberLifetime: Lifetime;
  /** How long after the password was entered a session is fresh. Milliseconds. */
  freshMs: number;
  /**
   * What becomes of a session that another device uses: `basic` makes it un-fresh, `strong` ends it, `off` lets it be.
   * Twin of Flask-Login's `SESSION_PROTECTION`.
   */
  sessionProtection?: SessionProtection;
  /** On how many devices somebody may be signed in: the one least lately seen is signed out for the next. */
  sessionsPerUser?: number | null;
  onListenerError?: (event: AuthEvent, error: unknown) => void;
};

export type SessionProtection = 'off' | 'basic' | 'strong';

/** A request's answer to "who is asking". `session` is null for nobody, and for a user whom the request loader found. */
export type SignedIn<U extends User> = {
  current: CurrentUser<U>;
  session: Session | null;
  /** What the browser has to be told. */
  issued: IssuedTokens;
};

export type LoginOptions = {
  client: Client;
  /** Whether this browser stays signed in. */
  remember?: boolean;
  /** How long it does so at the most, where it is not the usual. Milliseconds. */
  duration?: number;
  /** Signs in a disabled user as well. */
  force?: boolean;
  /** Whether it counts as having entered the password; yes, when it is not said. */
  fresh?: boolean;
  /** What this browser presented: what it was signed in with ends. */
  replaces?: PresentedTokens;
};

export type Auth<U extends User> = {
  /**
   * Starts a session under a new token. Twin of `login_user`. The caller has checked the password.
   * @throws AuthError `account_disabled`, unless forced; `unknown_user` when the user is gone
   * @throws RangeError for a duration that is none
   */
  loginUser(user: User, options: LoginOptions): Promise<{ session: Session; issued: IssuedTokens }>;
  /** Ends what these tokens stand for, at once and for every copy of them. Twin of `logout_user`; nobody may do so too. */
  logoutUser(presented: PresentedTokens, client: Client): Promise<IssuedTokens>;
  /**
   * Who holds these tokens: a session's, else a remembered browser's, else whom the request loader finds. A session
   * whose user is gone, or whose time is over, is deleted. Twin of `current_user`.
   */
  signedIn(presented: PresentedTokens, client: Client, request?: Request): Promise<SignedIn<U>>;
  /** The password was entered again: fresh, under a new token. Twin of `confirm_login`. */
  confirmLogin(
    user: U,
    session: Session,
    client: Client,
  ): Promise<{ session: Session; issued: IssuedTokens }>;
  /** A new token in place of a session's and its remembered browser's, after a change of the credential. */
  renewSession(session: Session, client: Client): Promise<{ session: Session; issued: IssuedTokens }>;
  /** Where a user is signed in. @param current the session that asks */
  devicesOf(userId: string, current?: Session | null): Promise<Device[]>;
  /** Ends one of a user's devices. @returns false when they have no such one */
  endDevice(userId: string, id: string, client: Client): Promise<boolean>;
  /** Ends all of a user's devices but the one that asks. @returns how many */
  endOtherDevices(session: Session, client: Client): Promise<number>;
  /** Ends every session and every remembered browser of a user. */
  endSessionsOf(userId: string): Promise<void>;
  readonly events: Events<U>;
};

/**
 * Who is signed in, for users kept anywhere: sessions over Lucia, and remembered browsers.
 * @throws Error in words when no user loader is given (Flask-Login's "Missing user_loader")
 */
export function createAuth<U extends User>(options: AuthOptions<U>): Auth<U> {
  if (typeof options.loadUser !== 'function') {
    throw new Error('createAuth needs loadUser: a function that finds a user by id, or answers null.');
  }
  const { loadUser, loadUserFromRequest, freshMs, sessionProtection = 'basic', sessionsPerUser } = options;
  const { sessions: adapter, remembered: store } = options;

  const events = createEvents<U>(options.onListenerError);
  const sessions = luciaSessions(adapter, loadUser, options.sessionLifetime);
  const browsers = remembering(store, options.rememberLifetime);

  // Often enough for the idle times, and seldom enough to write nothing at most requests.
  const touchMs = Math.min(60_000, options.sessionLifetime.idleMs / 10, options.rememberLifetime.idleMs / 10);
  const freshFromNow = () => new Date(Date.now() + freshMs);
  const never = new Date(0);

  return {
    async loginUser(user, { client, remember = false, duration, force = false, fresh = true, replaces }) {
      if (duration !== undefined && !(Number.isFinite(duration) && duration > 0)) {
        throw new RangeError('duration: expected a number of milliseconds above zero.');
      }
      if (replaces) await end(replaces);

      const browser = remember ? await browsers.remember(user.id, client, duration) : null;
      const { token, session } = await sessions.start({
        ...shortened(client),
        userId: user.id,
        browserId: browser?.browserId ?? null,
        createdAt: new Date(),
        freshUntil: fresh ? freshFromNow() : never,
      });
      // Somebody may have been disabled since the password was checked, and their sessions ended before this one began.
      const loaded = await loadUser(user.id);
      if (!loaded || (!loaded.isActive && !force)) {
        await endSession(session);
        throw new AuthError(loaded ? 'account_disabled' : 'unknown_user');
      }

      await endSurplus(session);
      await events.emit('signed_in', { user: loaded, session, client });
      if (browser) return { session, issued: { session: token, remember: browser } };
      // An earlier sign-in may have left a token behind, which is dead by now.
      return { session, issued: { session: token, ...(replaces?.remember && { remember: null }) } };
    },

    async logoutUser(presented, client) {
      const userId = await end(presented);
      if (userId) await events.emit('signed_out', { userId, client });
      return {
        ...(presented.session !== null && { session: null }),
        ...(presented.remember !== null && { remember: null }),
      };
    },

    async signedIn(presented, client, request) {
      const found =
        (await resumeSession(presented, client)) ??
        (await standBeside(presented)) ??
        (await recallBrowser(presented, client)) ??
        (request && (await askRequest(request, client))) ??
        nobody;
      if (!found.current.isAnonymous) await events.emit('accessed', { user: found.current.user });
      return found;
    },

    async confirmLogin(user, session, client) {
      const renewed = await replaceSession(session, client, freshFromNow());
      await events.emit('confirmed', { user, client });
      return renewed;
    },

    async renewSession(session, client) {
      const { issued, ...renewed } = await replaceSession(session, client, session.freshUntil);
      const browser = await browserOf(session);
      if (!browser) return { ...renewed, issued };
      const remember = { token: await browsers.renew(browser.id), expiresAt: browser.expiresAt };
      return { ...renewed, issued: { ...issued, remember } };
    },

    async devicesOf(userId, current = null) {
      return devicesOf(await liveBrowsersOf(userId), await sessions.listOf(userId), current);
    },

    async endDevice(userId, id, client) {
      const isTheirs = await endDevice(userId, id);
      if (isTheirs) await events.emit('session_ended', { userId, client });
      return isTheirs;
    },

    async endOtherDevices(current, client) {
      const { userId } = current;
      const others = devicesOf(await liveBrowsersOf(userId), await sessions.listOf(userId), current).filter(
        ({ isCurrent }) => !isCurrent,
      );
      for (const { id } of others) await endDevice(userId, id);
      // Other sessions of this very browser: tabs that were open before it was signed in again.
      for (const session of await sessions.listOf(userId)) {
        if (session.id !== current.id) await sessions.end(session.id);
      }
      if (others.length > 0) await events.emit('session_ended', { userId, client });
      return others.length;
    },

    async endSessionsOf(userId) {
      await store.endBrowsersOf(userId);
      await sessions.endAllOf(userId);
    },

    events,
  };

  async function resumeSession(presented: PresentedTokens, client: Client): Promise<SignedIn<U> | null> {
    if (!isToken('session', presented.session)) return null;
    const found = await sessions.find(presented.session);
    if (!found) return null;

    const { user, mustRotate } = found;
    const session = await protect(found.session, user, client);
    if (!session) return null;
    if (mustRotate) {
      // Renewed, and un-fresh: whoever it is has to enter the password before they use their new rights.
      const renewed = await replaceSession(session, client, never);
      return { current: personOf(user), ...renewed };
    }
    return { current: personOf(user), session: await touch(session, client), issued: {} };
  }

  /** @returns null when the session was ended */
  async function protect(session: Session, user: U, client: Client): Promise<Session | null> {
    if (sessionProtection === 'off' || isSameDevice(session.userAgent, client.userAgent)) return session;
    if (sessionProtection === 'strong') {
      await endSession(session);
      await events.emit('session_protected', { user, client });
      return null;
    }
    if (!isFresh(session)) return session;
    await adapter.updateSession(session.id, { freshUntil: never });
    await events.emit('session_protected', { user, client });
    return { ...session, freshUntil: never };
  }

  async function touch(session: Session, { address }: Client): Promise<Session> {
    const now = new Date();
    if (now.getTime() - session.lastSeenAt.getTime() < touchMs && address === session.address) return session;
    await adapter.updateSession(session.id, { lastSeenAt: now, address });
    if (session.browserId) {
      await store.touchBrowser(session.browserId, { at: now, userAgent: session.userAgent, address });
    }
    return { ...session, lastSeenAt: now, address };
  }

  /**
   * A request that was under way while another one of the same browser got a new session: it is answered, and leaves the
   * browser's cookies, which are newer than its own, as they are. It is not fresh, and takes an unused remember token.
   */
  async function standBeside({ session: token, remember }: PresentedTokens): Promise<SignedIn<U> | null> {
    if (!isToken('session', token) || !isToken('remember', remember)) return null;
    const browser = await browsers.find(remember);
    if (!browser) return null;
    const sinceThen = Date.now() - graceMs;
    const session = (await sessions.listOf(browser.userId)).find(
      ({ browserId, replaced }) =>
        browserId === browser.id && replaced?.id === hashToken(token) && replaced.at.getTime() >= sinceThen,
    );
    const user = session && (await loadUser(session.userId));
    return user ? { current: personOf(user), session: { ...session, freshUntil: never }, issued: {} } : null;
  }

  async function recallBrowser(presented: PresentedTokens, client: Client): Promise<SignedIn<U> | null> {
    if (!isToken('remember', presented.remember)) return null;
    const recalled = await browsers.recall(presented.remember, shortened(client));
    if (recalled.outcome === 'replayed') {
      await events.emit('remember_token_replayed', { userId: recalled.userId, client });
    }
    if (recalled.outcome !== 'recalled') return null;

    const { browser, next } = recalled;
    const user = await loadUser(browser.userId);
    if (!user) {
      await store.endBrowser(browser.id);
      return null;
    }
    const { token, session } = await sessions.start({
      ...shortened(client),
      userId: user.id,
      browserId: browser.id,
      createdAt: new Date(),
      freshUntil: never,
    });
    await events.emit('remembered', { user, session, client });
    return { current: personOf(user), session, issued: { session: token, remember: next } };
  }

  async function askRequest(request: Request, client: Client): Promise<SignedIn<U> | null> {
    const user = await loadUserFromRequest?.(request);
    if (!user) return null;
    await events.emit('loaded_from_request', { user, client });
    return { current: personOf(user), session: null, issued: {} };
  }

  async function replaceSession(session: Session, client: Client, freshUntil: Date) {
    const { id: replacedId, userId, browserId, createdAt } = session;
    const said = { ...shortened(client), userId, browserId, createdAt, freshUntil, replacedId };
    const next = await sessions.start(said);
    await sessions.end(replacedId);
    return { session: next.session, issued: { session: next.token } satisfies IssuedTokens };
  }

  /** @returns whose session it was */
  async function end({ session, remember }: PresentedTokens): Promise<string | null> {
    const found = isToken('session', session) ? await sessions.find(session) : null;
    if (found) await endSession(found.session);
    if (isToken('remember', remember)) await browsers.forgetByToken(remember);
    return found?.user.id ?? null;
  }

  async function endSession({ id, browserId }: Session): Promise<void> {
    if (browserId) await store.endBrowser(browserId);
    await sessions.end(id);
  }

  async function endDevice(userId: string, id: string): Promise<boolean> {
    if ((await store.browsersOf(userId)).some((browser) => browser.id === id)) {
      await store.endBrowser(id);
      return true;
    }
    const isTheirs = (await sessions.listOf(userId)).some((session) => session.id === id);
    if (isTheirs) await sessions.end(id);
    return isTheirs;
  }

  async function endSurplus(session: Session): Promise<void> {
    if (!sessionsPerUser) return;
    const devices = devicesOf(
      await liveBrowsersOf(session.userId),
      await sessions.listOf(session.userId),
      session,
    );
    for (const { id } of devices.slice(sessionsPerUser)) await endDevice(session.userId, id);
  }

  async function liveBrowsersOf(userId: string) {
    return (await store.browsersOf(userId)).filter((browser) => !browsers.isOver(browser));
  }

  async function browserOf({ userId, browserId }: Session) {
    return (await store.browsersOf(userId)).find(({ id }) => id === browserId);
  }
}

// Tokens that are good for nothing are left where they are: another request of the same browser may be replacing them.
const nobody = { current: anonymous, session: null, issued: {} } as const;

/** As much of a header as a column holds. */
function shortened({ userAgent, address }: Client): Client {
  return { userAgent: userAgent.slice(0, 255), address };
}
