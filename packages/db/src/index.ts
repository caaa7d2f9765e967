export { DatabaseError, type DatabaseReason } from './database-error.ts';
export { entities, Session, User, type Role } from './entities/index.ts';
export { openDatabase, type Database, type Engine } from './open-database.ts';
export {
  currentRevision,
  downgrade,
  isUpToDate,
  requireCurrentSchema,
  upgrade,
  type Revision,
} from './migrating.ts';
export { demoUsers, seedDemoUsers } from './demo-users.ts';
export { endSessionsOf } from './end-sessions.ts';
export { identityKey, longestIdentityKey } from './identity-key.ts';
export { createUserStore, type NewUser, type UserRecord, type UserStore } from './user-store.ts';
