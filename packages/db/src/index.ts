/** What is stored: the entities, their migrations, and the stores that read and write them. */
export type { Database } from './database.ts';
export { DatabaseError, permissionError, toOutageError, type DatabaseReason } from './database-error.ts';
export { engines, type Engine } from './engine.ts';
export { identityKey, identityKeyMaxLength } from './identity-key.ts';
export {
  DevelopmentMail,
  MailedLink,
  OutgoingMail,
  RememberedBrowser,
  RememberToken,
  SecurityEvent,
  Session,
  User,
  type LinkPurpose,
  type Role,
} from './entities/index.ts';
export { openDatabase, defaultMigrationsFolder, type OpenOptions } from './connection/open-database.ts';
export { requireCompleteCopy } from './connection/require-complete-copy.ts';
export { withRetries, withReadRetries } from './connection/with-retries.ts';
export { createStores, type Stores } from './stores/create-stores.ts';
export { deleteExpired, type DeletedUser, type DeleteExpiredOptions } from './stores/delete-expired.ts';
export { demoUsers, seedDemoUsers } from './stores/demo-users.ts';
export {
  createDevelopmentMailbox,
  type DevelopmentMailbox,
  type StoredMail,
} from './stores/development-mailbox.ts';
export { endAllSessions } from './stores/end-sessions.ts';
export { exportAccount } from './stores/export-account.ts';
export { exportUsers, listUsers, type UserFilter } from './stores/list-users.ts';
export { createMailedLinks, type Link, type MailedLinks } from './stores/mailed-links.ts';
export {
  createOutgoingMails,
  type MailJob,
  type NewMail,
  type OutgoingMails,
} from './stores/outgoing-mails.ts';
export {
  createSecurityEvents,
  type SecurityEventRecord,
  type SecurityEvents,
} from './stores/security-events.ts';
export {
  createRememberedBrowserStore,
  createSessionStore,
  type RememberedBrowserStore,
  type SessionRecord,
  type SessionStore,
} from './stores/session-store.ts';
export type { UserRecord } from './stores/user-record.ts';
export { createUserStore, type NewUser, type UserStore } from './stores/user-store.ts';
