export { AuthError } from './auth-error.ts';
export {
  createAuth,
  type Auth,
  type AuthOptions,
  type LoginOptions,
  type SessionProtection,
  type SignedIn,
} from './auth.ts';
export {
  anonymous,
  isSameUser,
  personOf,
  type Anonymous,
  type CurrentUser,
  type Person,
} from './current-user.ts';
export type { AuthEvent, AuthEvents, Events } from './events.ts';
export { checkPassword, hashPassword } from './passwords/password-hash.ts';
export {
  createPasswords,
  describeHash,
  type PasswordCheck,
  type PasswordOptions,
  type Passwords,
  type Pepper,
} from './passwords/passwords.ts';
export { passwordProblem, passwordLength } from './passwords/password-policy.ts';
export {
  authCookies,
  type AuthCookies,
  type IssuedTokens,
  type PresentedTokens,
} from './sessions/auth-cookies.ts';
export { deviceInWords } from './sessions/device.ts';
export type { Device } from './sessions/devices.ts';
export { memoryRememberStore } from './sessions/memory-remember-store.ts';
export { memorySessionAdapter } from './sessions/memory-session-adapter.ts';
export type { RememberedBrowser, RememberStore, RememberToken } from './sessions/remembered-browser.ts';
export {
  isFresh,
  type Client,
  type Lifetime,
  type Session,
  type SessionAdapter,
  type SessionChanges,
} from './sessions/session.ts';
export {
  mysqlSessionAdapter,
  postgresqlSessionAdapter,
  sqliteSessionAdapter,
  type SqliteDatabase,
} from './sessions/sql-session-adapters.ts';
export { createToken, hashToken } from './sessions/session-token.ts';
