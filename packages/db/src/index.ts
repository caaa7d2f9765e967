export { DatabaseError, withoutRights, outageOf, type DatabaseReason } from './database-error.ts';
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
export { engines, type Engine } from './engine.ts';
export type { Database } from './database.ts';
export { openDatabase, type OpenOptions } from './open-database.ts';
export { requireUsable } from './require-usable.ts';
export { retrying, retryingRead } from './retrying.ts';
export * from './migrating/index.ts';
export { demoUsers, seedDemoUsers } from './demo-users.ts';
export { createDevelopmentMailbox, type DevelopmentMailbox, type KeptMail } from './development-mailbox.ts';
export { endSessionsOf } from './end-sessions.ts';
export { exportAccount } from './export-account.ts';
export { identityKey, longestIdentityKey } from './identity-key.ts';
export { createMailedLinks, type Link, type MailedLinks } from './mailed-links.ts';
export { createOutgoingMails, type MailJob, type NewMail, type OutgoingMails } from './outgoing-mails.ts';
export { createSecurityEvents, type SecurityEventRecord, type SecurityEvents } from './security-events.ts';
export {
  createRememberedBrowserStore,
  createSessionStore,
  type RememberedBrowserStore,
  type SessionRecord,
  type SessionStore,
} from './session-store.ts';
export { createStores, type Stores } from './stores.ts';
export { sweep, type DeletedUser, type SweepOptions } from './sweeping.ts';
export { createUserStore, type NewUser, type UserRecord, type UserStore } from './user-store.ts';
export { exportUsers, listUsers, type StoredUser, type WhichUsers } from './moving/each-user.ts';
export type { ForeignDatabase, RowsToRead } from './moving/foreign-database.ts';
export type { ImportedUser, ImportRow, RowProblem } from './moving/import-row.ts';
export { planImport, type ImportOptions, type PlannedImport } from './moving/import-users.ts';
export { openForeignDatabase } from './moving/open-foreign-database.ts';
export { seedUsers, type Seeded, type SeedOptions } from './seeding/seed-users.ts';
export { refuseHalfCopied } from './copying/refuse-half-copied.ts';
export { copyDatabase, type CopiedTable, type CopyOptions } from './copying/copy-database.ts';
export { examine, type Examination } from './doctor/examine.ts';
export type { Finding } from './doctor/finding.ts';
export { backupDatabase, type Backup, type BackupOptions } from './keeping/backup.ts';
export { openExisting, sqlitePath } from './keeping/existing-database.ts';
export { KeepingError, type KeepingReason } from './keeping/keeping-error.ts';
export { resetDatabase, tablesToGo, type TableToGo } from './keeping/reset.ts';
export { restoreDatabase } from './keeping/restore.ts';
export type { Restored } from './keeping/restoring.ts';
