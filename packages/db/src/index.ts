/** The application's database: entities, migrations, connections, and stores that read and write the rows. */

// Connections
export { openDatabase, defaultMigrationsFolder, type OpenOptions } from './connection/open-database.ts';
export { openExistingDatabase } from './connection/open-existing-database.ts';
export {
  createDatabaseTime,
  outsideDatabaseCall,
  runDatabaseCall,
  type DatabaseCall,
  type DatabaseTime,
} from './connection/time-limit.ts';
export type { Database } from './database.ts';
export { engines, type Engine } from './engine.ts';
export { removeRestoreLeftovers } from './connection/restore-leftovers.ts';
export { requireCompleteCopy } from './connection/require-complete-copy.ts';
export { DatabaseError, permissionError, toOutageError, type DatabaseReason } from './database-error.ts';

// Entities
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
export { isAscii, mixesScripts, usernameSkeleton } from './confusable-names.ts';
export { findEmailProblem, type EmailProblem } from './email-address.ts';
export { identityKey, identityKeyMaxLength } from './identity-key.ts';

// Users
export { createStores, type Stores } from './stores/create-stores.ts';
export { createUserStore, type NewUser, type UserStore } from './stores/user-store.ts';
export {
  createVisibleUserMapper,
  identityKeyProperties,
  internalUserProperties,
  type StoredUser,
  type UserRecord,
} from './stores/user-record.ts';
export { findLastSignIns } from './stores/find-last-sign-ins.ts';
export { exportUsers, listUsers, type UserFilter } from './stores/list-users.ts';
export { exportAccount } from './stores/export-account.ts';
export { demoUsers, refuseDemoUsers, seedDemoUsers } from './stores/demo-users.ts';

// Sessions and remembered browsers
export {
  createSessionStore,
  sessionStoreWithin,
  type SessionRecord,
  type SessionStore,
} from './stores/session-store.ts';
export {
  createRememberedBrowserStore,
  type RememberedBrowserStore,
} from './stores/remembered-browser-store.ts';
export { endAllSessions } from './stores/end-sessions.ts';
export { deleteExpired, type DeletedUser, type DeleteExpiredOptions } from './stores/delete-expired.ts';

// Security events, links and mails
export {
  createSecurityEvents,
  type SecurityEventRecord,
  type SecurityEvents,
} from './stores/security-events.ts';
export type { Link, MailedLinks } from './stores/mailed-links.ts';
export {
  createOutgoingMails,
  type MailJob,
  type NewMail,
  type OutgoingMails,
} from './stores/outgoing-mails.ts';
export {
  createDevelopmentMailbox,
  type DevelopmentMailbox,
  type StoredMail,
} from './stores/development-mailbox.ts';
