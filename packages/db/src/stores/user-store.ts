import {
  LockMode,
  UniqueConstraintViolationException,
  type EntityData,
  type EntityManager,
  type InferEntity,
  type RequiredEntityData,
} from '@mikro-orm/core';
import { DatabaseError } from '../database-error.ts';
import { deleteUserSessions } from './end-sessions.ts';
import { MailedLink, Session, User, type Role } from '../entities/index.ts';
import { createUserRecordMapper, type UserRecord } from './user-record.ts';
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
  findById(id: string): Promise<UserRecord | null>;
  /** Finds a user by user name or e-mail address, case-insensitively. */
  findByLogin(usernameOrEmail: string): Promise<UserRecord | null>;
  /** Finds the user who owns an address. */
  findByEmail(email: string): Promise<UserRecord | null>;
  /** Finds users who have entered this address and do not own it, the first one first. */
  findByWaitingEmail(email: string, limit: number): Promise<UserRecord[]>;
  list(): Promise<UserRecord[]>;
  /**
   * Adds a user who owns the address. If another user owns it already, it waits as after `register`.
   * @throws DatabaseError `username_taken`
   */
  create(user: NewUser): Promise<UserRecord>;
  /**
   * Adds a user who has registered. The address waits until it is verified, whether another user owns it or not, so that
   * nothing that is stored or read shows the difference (docs/decisions/0004).
   * @throws DatabaseError `username_taken`
   */
  register(user: NewUser & { email: string }): Promise<UserRecord>;
  /**
   * Enables or disables a user. Disabling ends all sessions.
   * @returns false when the user does not exist
   * @throws DatabaseError `last_admin`
   */
  setActive(id: string, isActive: boolean): Promise<boolean>;
  /**
   * Changes the role. The user's sessions get new tokens and are no longer fresh.
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
  /** Stores another address to be confirmed; null cancels the change. */
  setPendingEmail(id: string, email: string | null): Promise<void>;
  /**
   * Gives a user the address that they have confirmed, and takes it from a user who has not. Invalidates links to reset
   * the password that were sent to the previous address.
   * @returns false when another user has confirmed the address
   */
  confirmEmail(id: string, email: string): Promise<boolean>;
  /** Schedules the deletion of the account; null cancels it. @throws DatabaseError `last_admin` */
  setDeleteAfter(id: string, at: Date | null): Promise<void>;
  setTokenTheftDetectedAt(id: string, at: Date | null): Promise<void>;
};

export const createUserStore = (database: Database): UserStore => ({
  ...userQueries(database),
  ...userChanges(database),
});

type Queries = 'findById' | 'findByLogin' | 'findByEmail' | 'findByWaitingEmail' | 'list';

function userQueries(database: Database): Pick<UserStore, Queries> {
  const toRecord = createUserRecordMapper(database);
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

    // An imported user name can look like an e-mail address. User names take precedence.
    async findByLogin(login) {
      const named = await findByKey('usernameKey', login);
      return named ?? (login.includes('@') ? findByKey('emailKey', login) : null);
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
    async create(user) {
      return (await insert(database, user)) ?? insertWaiting(database, user);
    },

    register: (user) => insertWaiting(database, user),

    setActive: (id, isActive) =>
      database.transactional(async (em) => {
        if (!isActive) {
          await refuseLastAdmin(em, id);
          await deleteUserSessions(em, id);
        }
        return (await em.nativeUpdate(User, { id }, { isActive, updatedAt: new Date() })) === 1;
      }),

    setRole: (id, role) =>
      database.transactional(async (em) => {
        if (role !== 'admin') await refuseLastAdmin(em, id);
        await em.nativeUpdate(Session, { user: id }, { mustRotate: true });
        return (await em.nativeUpdate(User, { id }, { role, updatedAt: new Date() })) === 1;
      }),

    setPassword: (id, passwordHash, exceptBrowser = null) =>
      database.transactional((em) => setPassword(em, id, passwordHash, exceptBrowser)),

    async upgradeHash(id, from, to) {
      await database.em().nativeUpdate(User, { id, passwordHash: from }, { passwordHash: to });
    },

    setPendingEmail: (id, pendingEmail) => update(id, { pendingEmail }),

    confirmEmail(id, email) {
      const confirm = () => database.transactional((em) => confirmEmail(em, id, email));
      // If two users confirm the address at the same time, the second attempt finds the other user's confirmation.
      return confirm().catch((error: unknown) => {
        if (error instanceof UniqueConstraintViolationException) return confirm();
        throw error;
      });
    },

    setDeleteAfter: (id, deleteAfter) =>
      database.transactional(async (em) => {
        if (deleteAfter) await refuseLastAdmin(em, id);
        await em.nativeUpdate(User, { id }, { deleteAfter, updatedAt: new Date() });
      }),

    setTokenTheftDetectedAt: (id, tokenTheftDetectedAt) => update(id, { tokenTheftDetectedAt }),
  };
}

/** Inserts a user whose address waits until it is verified. */
async function insertWaiting(database: Database, user: NewUser): Promise<UserRecord> {
  const waitingEmailKey = user.email && identityKey(user.email);
  const inserted = await insert(database, { ...user, emailVerifiedAt: null, waitingEmailKey });
  if (!inserted) throw new Error('A waiting address violated a unique constraint.');
  return inserted;
}

/** Inserts a user. @returns null when the address is taken */
async function insert(
  database: Database,
  user: RequiredEntityData<UserEntity> & { username: string },
): Promise<UserRecord | null> {
  try {
    return await database.transactional(async (em) => {
      const created = em.create(User, user);
      await em.flush();
      return createUserRecordMapper(database)(created);
    });
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    // A query, because parsing the driver's message is unreliable: it mixes column names with the user's input.
    const usernameKey = identityKey(user.username);
    const isNameTaken = (await database.em().count(User, { usernameKey })) > 0;
    if (!isNameTaken) return null;
    throw new DatabaseError('username_taken', 'That user name is taken.', { cause: error });
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
  await deleteUserSessions(em, id, exceptBrowser);
  const purpose = { $in: ['reset_password', 'change_email', 'verify_email'] as const };
  await em.nativeDelete(MailedLink, { user: id, purpose });
  const changes = { passwordHash, passwordChangedAt: now, pendingEmail: null, updatedAt: now };
  return (await em.nativeUpdate(User, { id }, changes)) === 1;
}

async function confirmEmail(em: EntityManager, id: string, email: string): Promise<boolean> {
  const [emailKey, now] = [identityKey(email), new Date()];
  const holder = await em.findOne(User, { emailKey, id: { $ne: id } });
  if (holder?.emailVerifiedAt) return false;
  const deleteResetLinks = (user: string) => em.nativeDelete(MailedLink, { user, purpose: 'reset_password' });
  if ((await em.count(User, { id, emailKey })) === 0) await deleteResetLinks(id);
  if (holder) {
    await deleteResetLinks(holder.id);
    const waiting = { emailKey: null, waitingEmailKey: emailKey };
    await em.nativeUpdate(User, { id: holder.id }, { ...waiting, updatedAt: now });
  }
  const confirmed = { email, emailKey, waitingEmailKey: null, emailVerifiedAt: now };
  return (await em.nativeUpdate(User, { id }, { ...confirmed, pendingEmail: null, updatedAt: now })) === 1;
}

type UserEntity = InferEntity<typeof User>;
