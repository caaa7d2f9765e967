import { LockMode, type EntityData, type EntityManager, type InferEntity } from '@mikro-orm/core';
import { DatabaseError } from '../database-error.ts';
import { deleteUserSessions, endLogins } from './end-sessions.ts';
import { MailedLink, Session, User, type Role } from '../entities/index.ts';
import { createStoredUserMapper, type StoredUser } from './user-record.ts';
import { usernameSkeleton } from '../confusable-names.ts';
import { identityKey } from '../identity-key.ts';
import type { Database } from '../database.ts';

export type NewUser = {
  username: string;
  email: string | null;
  passwordHash: string;
  role?: Role;
  emailVerifiedAt?: Date | null;
};

export type UserStore = {
  findById(id: string): Promise<StoredUser | null>;
  /** The same in a transaction, until whose end nothing else changes the user. */
  lockById(id: string): Promise<StoredUser | null>;
  /** Finds a user by user name or e-mail address, case-insensitively. */
  findByLogin(usernameOrEmail: string): Promise<StoredUser | null>;
  /** Whether a user has a name that this one looks like, in other letters. */
  isConfusableUsername(username: string): Promise<boolean>;
  /** Finds the user who owns an address. */
  findByEmail(email: string): Promise<StoredUser | null>;
  /** Finds users who have entered this address and do not own it, the first one first. */
  findByWaitingEmail(email: string, limit: number): Promise<StoredUser[]>;
  list(): Promise<StoredUser[]>;
  /**
   * Adds a user who owns the address. If another user owns it already, it waits as after `register`.
   * @throws DatabaseError `username_taken`, `username_confusable`
   */
  create(user: NewUser): Promise<StoredUser>;
  /**
   * Adds a user who has registered. The address waits until it is verified, whether another user owns it or not, so that
   * nothing that is stored or read shows the difference (docs/decisions/0004).
   * @throws DatabaseError `username_taken`, `username_confusable`
   */
  register(user: NewUser & { email: string }): Promise<StoredUser>;
  /**
   * Enables or disables a user. Disabling ends all sessions.
   * @returns false when the user does not exist
   * @throws DatabaseError `last_admin`
   */
  setActive(id: string, isActive: boolean): Promise<boolean>;
  /**
   * Changes the role. The user's sessions get new tokens and are no longer fresh; sign-ins that are in progress fail.
   * @returns false when the user does not exist
   * @throws DatabaseError `last_admin`
   */
  setRole(id: string, role: Role): Promise<boolean>;
  /**
   * Sets a new password. Ends all sessions, invalidates links to reset the password, and cancels a pending change of
   * address, because an attacker may have requested them. Links that undo a change of address stay valid.
   * @param exceptBrowser the id of a remembered browser to keep
   * @returns false when the user does not exist
   */
  setPassword(id: string, passwordHash: string, exceptBrowser?: string | null): Promise<boolean>;
  /** Replaces the hash of an unchanged password. Does nothing when the stored hash is not `from`. */
  upgradeHash(id: string, from: string, to: string): Promise<void>;
  /**
   * Changes the user name. The former one is free at once.
   * @throws DatabaseError `username_taken` or `username_confusable`
   */
  setUsername(id: string, username: string): Promise<void>;
  /** Stores another address to be confirmed; null cancels the change. */
  setPendingEmail(id: string, email: string | null): Promise<void>;
  /**
   * Gives a user the address that they have confirmed, and takes it from a user who has not. Invalidates links to reset
   * the password that were sent to the previous address.
   * @returns false when another user has confirmed the address
   */
  confirmEmail(id: string, email: string): Promise<boolean>;
  /** Ends all sessions, and sign-ins that are in progress. */
  endSessions(id: string): Promise<void>;
  /** Makes sign-ins that are in progress fail. The caller ends the sessions, in the same transaction. */
  endLogins(id: string): Promise<void>;
  /**
   * Schedules the deletion of the account, which ends all sessions; null cancels it.
   * @throws DatabaseError `last_admin`
   */
  setDeleteAfter(id: string, at: Date | null): Promise<void>;
  setTokenTheftDetectedAt(id: string, at: Date | null): Promise<void>;
};

export const createUserStore = (database: Database): UserStore => ({
  ...userQueries(database),
  ...userChanges(database),
});

type Queries =
  | 'findById'
  | 'lockById'
  | 'findByLogin'
  | 'isConfusableUsername'
  | 'findByEmail'
  | 'findByWaitingEmail'
  | 'list';

function userQueries(database: Database): Pick<UserStore, Queries> {
  const toRecord = createStoredUserMapper(database);
  const recordOf = (user: UserEntity | null) => user && toRecord(user);
  const findByKey = async (key: 'usernameKey' | 'emailKey', name: string) => {
    const value = identityKey(name);
    // No name has control characters, and PostgreSQL rejects a zero byte in text.
    if (/\p{Cc}/u.test(value)) return null;
    return recordOf(await database.em().findOne(User, { [key]: value }));
  };

  return {
    async findById(id) {
      return recordOf(await database.em().findOne(User, { id }));
    },

    async lockById(id) {
      return recordOf(await database.em().findOne(User, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE }));
    },

    // An imported user name can look like an e-mail address. User names take precedence.
    async findByLogin(login) {
      const named = await findByKey('usernameKey', login);
      return named ?? (login.includes('@') ? findByKey('emailKey', login) : null);
    },

    async isConfusableUsername(username) {
      return (await database.em().count(User, { usernameSkeleton: usernameSkeleton(username) })) > 0;
    },

    findByEmail: (email) => findByKey('emailKey', email),

    async findByWaitingEmail(email, limit) {
      const waitingEmailKey = identityKey(email);
      if (/\p{Cc}/u.test(waitingEmailKey)) return [];
      const orderBy = { createdAt: 'asc', id: 'asc' } as const;
      const users = await database.em().find(User, { waitingEmailKey }, { orderBy, limit });
      return users.map(toRecord);
    },

    async list() {
      const users = await database.em().find(User, {}, { orderBy: { usernameKey: 'asc' } });
      return users.map(toRecord);
    },
  };
}

function userChanges(database: Database): Omit<UserStore, Queries> {
  const update = async (id: string, changes: EntityData<UserEntity>) => {
    await database.em().nativeUpdate(User, { id }, { ...changes, updatedAt: new Date() });
  };

  return {
    create: (user) =>
      database.inTransaction(async (within) => {
        const emailKey = user.email && identityKey(user.email);
        const isTaken = emailKey !== null && (await within.em().count(User, { emailKey })) > 0;
        return isTaken ? insertWaiting(within, user) : insert(within, user);
      }),

    register: (user) => database.inTransaction((within) => insertWaiting(within, user)),

    setActive: (id, isActive) =>
      database.transactional(async (em) => {
        const changes = { isActive, updatedAt: new Date() };
        if (isActive) return (await em.nativeUpdate(User, { id }, changes)) === 1;
        await refuseLastAdmin(em, id);
        const exists = await endLogins(em, id, changes);
        await deleteUserSessions(em, id);
        return exists;
      }),

    setRole: (id, role) =>
      database.transactional(async (em) => {
        if (role !== 'admin') await refuseLastAdmin(em, id);
        const exists = await endLogins(em, id, { role, updatedAt: new Date() });
        await em.nativeUpdate(Session, { user: id }, { mustRotate: true });
        return exists;
      }),

    setPassword: (id, passwordHash, exceptBrowser = null) =>
      database.transactional((em) => setPassword(em, id, passwordHash, exceptBrowser)),

    async upgradeHash(id, from, to) {
      await database.em().nativeUpdate(User, { id, passwordHash: from }, { passwordHash: to });
    },

    setUsername: (id, username) =>
      database.inTransaction(async (within) => {
        const em = within.em();
        await refuseTakenName(em, username, id);
        const user = await em.findOneOrFail(User, { id });
        user.username = username;
        user.usernameSkeleton = usernameSkeleton(username);
        await em.flush();
      }),

    setPendingEmail: (id, pendingEmail) => update(id, { pendingEmail }),

    // If two users confirm the address at the same time, the repeated transaction finds the other user's confirmation.
    confirmEmail: (id, email) => database.inTransaction((within) => confirmEmail(within.em(), id, email)),

    endSessions: (id) =>
      database.transactional(async (em) => {
        await endLogins(em, id);
        await deleteUserSessions(em, id);
      }),

    async endLogins(id) {
      await endLogins(database.em(), id);
    },

    setDeleteAfter: (id, deleteAfter) =>
      database.transactional(async (em) => {
        const changes = { deleteAfter, updatedAt: new Date() };
        if (!deleteAfter) {
          await em.nativeUpdate(User, { id }, changes);
          return;
        }
        await refuseLastAdmin(em, id);
        await endLogins(em, id, changes);
        await deleteUserSessions(em, id);
      }),

    setTokenTheftDetectedAt: (id, tokenTheftDetectedAt) => update(id, { tokenTheftDetectedAt }),
  };
}

/** Inserts a user whose address waits until it is verified. */
function insertWaiting(database: Database, user: NewUser): Promise<StoredUser> {
  const waitingEmailKey = user.email && identityKey(user.email);
  return insert(database, { ...user, emailVerifiedAt: null, waitingEmailKey });
}

async function insert(
  database: Database,
  user: NewUser & { waitingEmailKey?: string | null },
): Promise<StoredUser> {
  const em = database.em();
  await refuseTakenName(em, user.username);
  const created = em.create(User, user);
  await em.flush();
  return createStoredUserMapper(database)(created);
}

/** @param exceptId a user who may have the name */
async function refuseTakenName(em: EntityManager, username: string, exceptId?: string): Promise<void> {
  const usernameKey = identityKey(username);
  const others = exceptId === undefined ? {} : { id: { $ne: exceptId } };
  if ((await em.count(User, { usernameKey, ...others })) > 0) {
    throw new DatabaseError('username_taken', 'That user name is taken.');
  }
  if ((await em.count(User, { usernameSkeleton: usernameSkeleton(username), ...others })) > 0) {
    throw new DatabaseError('username_confusable', 'That user name looks like that of another user.');
  }
}

/** Throws when the user is the only active administrator (threat 28). */
async function refuseLastAdmin(em: EntityManager, id: string): Promise<void> {
  const admins = await em.find(
    User,
    { role: 'admin', isActive: true, deleteAfter: null },
    // Locks the rows, so that two administrators cannot remove each other's role at the same time.
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (admins.length !== 1 || admins[0]?.id !== id) return;
  throw new DatabaseError(
    'last_admin',
    `${admins[0].username} is the only administrator. Make another user an administrator first.`,
  );
}

async function setPassword(
  em: EntityManager,
  id: string,
  passwordHash: string,
  exceptBrowser: string | null,
): Promise<boolean> {
  const now = new Date();
  const changes = { passwordHash, passwordChangedAt: now, pendingEmail: null, updatedAt: now };
  const exists = await endLogins(em, id, changes);
  await deleteUserSessions(em, id, exceptBrowser);
  const purpose = { $in: ['reset_password', 'change_email', 'verify_email'] as const };
  await em.nativeDelete(MailedLink, { user: id, purpose });
  return exists;
}

async function confirmEmail(em: EntityManager, id: string, email: string): Promise<boolean> {
  const [emailKey, now] = [identityKey(email), new Date()];
  // Locks the holder, who may be confirming the address at the same time.
  const owner = await em.findOne(User, { emailKey }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const isTheirs = owner?.id === id;
  const holder = isTheirs ? null : owner;
  if (holder?.emailVerifiedAt) return false;
  const deleteResetLinks = (user: string) => em.nativeDelete(MailedLink, { user, purpose: 'reset_password' });
  if (holder) {
    // Sign-ins by the address that are in progress end with it.
    await endLogins(em, holder.id, { emailKey: null, waitingEmailKey: emailKey, updatedAt: now });
    await deleteResetLinks(holder.id);
  }
  const confirmed = { email, emailKey, waitingEmailKey: null, emailVerifiedAt: now };
  const changes = { ...confirmed, pendingEmail: null, updatedAt: now };
  if (isTheirs) return (await em.nativeUpdate(User, { id }, changes)) === 1;
  const exists = await endLogins(em, id, changes);
  await deleteResetLinks(id);
  return exists;
}

type UserEntity = InferEntity<typeof User>;
