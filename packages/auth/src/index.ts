/** Who a user is: sessions, remembered browsers, devices and passwords, for users in any store. Wraps Lucia and oslo. */
export { createAuth, type Auth } from './auth.ts';
export type { AuthOptions, AuthStores, RunTransaction, SessionProtection } from './auth-parts.ts';
export { AuthError } from './auth-error.ts';
export { BusyError } from './busy-error.ts';
export type { WaitLimits } from './work/work-queue.ts';
export type { AuthTransaction } from './transactions.ts';
export {
  anonymousUser,
  authenticatedUser,
  isSameUser,
  type AnonymousUser,
  type AuthenticatedUser,
  type CurrentUser,
} from './current-user.ts';
export type { AuthEvent, AuthEvents, Events } from './events.ts';

export type { LoginOptions } from './sessions/log-in.ts';
export type { NewTokens } from './sessions/replace-session.ts';
export type { Identity } from './sessions/resume-session.ts';
export {
  isFresh,
  type Client,
  type Lifetime,
  type Session,
  type SessionAdapter,
  type SessionChanges,
  type StoredSession,
} from './sessions/session.ts';
export {
  createSessionCookies,
  type IssuedTokens,
  type PresentedTokens,
  type SessionCookies,
} from './sessions/session-cookies.ts';
export { createToken, hashToken } from './sessions/session-token.ts';
export { createMemorySessionAdapter } from './sessions/memory-session-adapter.ts';
export { createSqlSessionAdapter, type RunSql, type SessionStore } from './sessions/sql-session-adapter.ts';

export { createMemoryRememberStore } from './remember/memory-remember-store.ts';
export type {
  RememberedBrowser,
  RememberStore,
  RememberToken,
  RememberTokenChanges,
} from './remember/remembered-browser.ts';

export type { Device } from './devices/list-devices.ts';
export { deviceName } from './devices/user-agent.ts';

export {
  createPasswords,
  type PasswordCheck,
  type PasswordOptions,
  type Passwords,
  type Pepper,
} from './passwords/passwords.ts';
export { describeHash, type HashDescription } from './passwords/describe-hash.ts';
export { passwordProblem, passwordLength, simplePasswordProblem } from './passwords/password-policy.ts';
export type { StrengthLimits } from './passwords/password-strength.ts';
