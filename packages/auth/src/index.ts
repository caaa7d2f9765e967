export { createAuth, type Auth, type AuthOptions, type SignedIn } from './auth.ts';
export { anonymous, personOf, type Anonymous, type CurrentUser, type Person } from './current-user.ts';
export { checkPassword, hashPassword } from './passwords/password-hash.ts';
export { passwordProblem, passwordLength } from './passwords/password-policy.ts';
export { memorySessionAdapter } from './sessions/memory-session-adapter.ts';
export type { Lifetime, Session, SessionAdapter } from './sessions/session.ts';
export {
  mysqlSessionAdapter,
  postgresqlSessionAdapter,
  sqliteSessionAdapter,
  type SqliteDatabase,
} from './sessions/sql-session-adapters.ts';
export { sessionCookie, type SessionCookie } from './sessions/session-cookie.ts';
