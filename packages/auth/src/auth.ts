import type { AuthOptions, AuthParts, AuthStores } from './auth-parts.ts';
import type { User } from './current-user.ts';
import { endAllSessions, endDevice, endOtherDevices } from './devices/end-devices.ts';
import { listDevices, type Device } from './devices/list-devices.ts';
import { createEvents, type Events } from './events.ts';
import { loginUser, logoutUser, type LoginOptions } from './sessions/log-in.ts';
import { confirmLogin, rotateSession, type NewTokens } from './sessions/replace-session.ts';
import { resumeSession, type Identity } from './sessions/resume-session.ts';
import type { IssuedTokens, PresentedTokens } from './sessions/session-cookies.ts';
import type { Client, Session } from './sessions/session.ts';
import { authTransaction, runOneByOne, storeParts, within, type AuthTransaction } from './transactions.ts';

/** Sessions, remembered browsers and devices of users. Each method is documented at the function it calls. */
export type Auth<U extends User> = {
  resumeSession(presented: PresentedTokens, client: Client, request?: Request): Promise<Identity<U>>;
  loginUser(user: User, options: LoginOptions): Promise<NewTokens>;
  logoutUser(presented: PresentedTokens, client: Client): Promise<IssuedTokens>;
  confirmLogin(user: U, session: Session, client: Client): Promise<NewTokens>;
  rotateSession(session: Session, client: Client): Promise<NewTokens>;
  listDevices(userId: string, current?: Session | null): Promise<Device[]>;
  endDevice(userId: string, id: string, client: Client): Promise<boolean>;
  endOtherDevices(current: Session, client: Client): Promise<number>;
  endAllSessions(userId: string): Promise<void>;
  /** The changes to sessions as parts of a transaction of the application. */
  within(stores: AuthStores<U>): AuthTransaction<U>;
  readonly events: Events<U>;
};

/**
 * Creates the auth functions for users in any store.
 * @throws Error when no user loader is given (Flask-Login's "Missing user_loader")
 */
export function createAuth<U extends User>(options: AuthOptions<U>): Auth<U> {
  if (typeof options.loadUser !== 'function') {
    throw new Error('createAuth needs loadUser: a function that finds a user by id, or returns null.');
  }
  const { sessionLifetime, rememberLifetime, sessionProtection = 'basic', credential = [] } = options;
  const transaction = options.transaction ?? runOneByOne(options);
  const events = createEvents<U>(options.onListenerError);
  const parts: AuthParts<U> = {
    ...options,
    ...storeParts(options, options.sessions, options.remembered),
    sessionProtection,
    credential,
    inTransaction: (work) => transaction((stores) => work(within(parts, options, stores))),
    // Often enough for the idle times, and rarely enough that most requests write nothing.
    touchMs: Math.min(60_000, sessionLifetime.idleMs / 10, rememberLifetime.idleMs / 10),
    events,
  };

  return {
    resumeSession: (presented, client, request) => resumeSession(parts, presented, client, request),
    loginUser: (user, login) => loginUser(parts, user, login),
    logoutUser: (presented, client) => logoutUser(parts, presented, client),
    confirmLogin: (user, session, client) => confirmLogin(parts, user, session, client),
    rotateSession: (session, client) => rotateSession(parts, session, client),
    listDevices: (userId, current = null) => listDevices(parts, userId, current),
    endDevice: (userId, id, client) => endDevice(parts, userId, id, client),
    endOtherDevices: (current, client) => endOtherDevices(parts, current, client),
    endAllSessions: (userId) => endAllSessions(parts, userId),
    within: (stores) => authTransaction(parts, options, stores),
    events,
  };
}
