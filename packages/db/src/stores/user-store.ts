import {
  LockMode,
  UniqueConstraintViolationException,
  type EntityData,
  type EntityManager,
  type InferEntity,
  type RequiredEntityData,
} from '@mikro-orm/core';
import { DatabaseError } from '../database-error.ts';
import { endSessionsIn } from './end-sessions.ts';
import { MailedLink, Session, User, type Role } from '../entities/index.ts';
import { userRecordMapper, type UserRecord } from './user-record.ts';
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
  /** By user name or by e-mail address, whatever the case. */
  findByLogin(usernameOrEmail: string): Promise<UserRecord | null>;
  findByEmail(email: string): Promise<UserRecord | null>;
  /** The latest accounts that have no address but this one, not confirmed, which somebody else has too. */
  findByPendingEmail(email: string, most: number): Promise<UserRecord[]>;
  list(): Promise<UserRecord[]>;
  /**
   * Adds a user. An address that belongs to somebody already is noted as pending, and stays theirs to sign in with.
   * @throws DatabaseError `username_taken`
   */
  create(user: NewUser): Promise<UserRecord>;
  /**
   * Disabling ends every session at once.
   * @returns false when there is no such user
   * @throws DatabaseError `last_admin`
   */
  setActive(id: string, isActive: boolean): Promise<boolean>;
  /**
   * Gives a role; sessions that run get new tokens, and are not fresh.
   * @returns false when there is no such user
   * @throws DatabaseError `last_admin`
   */
  setRole(id: string, role: Role): Promise<boolean>;
  /**
   * Sets a new password: every session ends, and so does what somebody else may have begun before, links for resetting it
   * and a change of address. A link that takes such a change back stays good.
   * @param exceptBrowser a remembered browser that stays one
   * @returns false when there is no such user
   */
  setPassword(id: string, passwordHash: string, exceptBrowser?: string | null): Promise<boolean>;
  /** Stores the same password in another form, unless it has been changed in the meantime. */
  upgradeHash(id: string, from: string, to: string): Promise<void>;
  /** Notes an address that is to be confirmed; null takes the wish back. */
  setPendingEmail(id: string, email: string | null): Promise<void>;
  /**
   * Makes an address theirs, for they have shown that it is. Who had it without ever showing so has it no more. Links for
   * a new password that were sent to another address before are dead.
   * @returns false when it is somebody else's, who has
   */
  confirmEmail(id: string, email: string): Promise<boolean>;
  /** Wants the account gone at a time; null wants it kept. @throws DatabaseError `last_admin` */
  setDeleteAfter(id: string, at: Date | null): Promise<void>;
  setAlarmedAt(id: string, at: Date | null): Promise<void>;
};

export function createUserStore(database: Database): UserStore {
  const toRecord = userRecordMapper(database);
  const recordOf = (user: UserEntity | null) => user && toRecord(user);
  const update = async (id: string, changes: EntityData<UserEntity>) =>
    (await database.em().nativeUpdate(User, { id }, { ...changes, updatedAt: new Date() })) === 1;
  const findByKey = async (key: 'usernameKey' | 'emailKey', name: string) => {
    const value = identityKey(name);
    // Nobody has such a name, and PostgreSQL takes no zero byte in a text.
    if (/\p{Cc}/u.test(value)) return null;
    return recordOf(await database.em().findOne(User, { [key]: value }));
  };

  return {
    async findById(id) {
      return recordOf(await database.em().findOne(User, { id }));
    },

    // A name that was moved in from elsewhere may look like an address: the name counts first.
    async findByLogin(login) {
      const named = await findByKey('usernameKey', login);
      return named ?? (login.includes('@') ? findByKey('emailKey', login) : null);
    },

    findByEmail: (email) => findByKey('emailKey', email),

    async findByPendingEmail(email, limit) {
      const pendingEmailKey = identityKey(email);
      if (/\p{Cc}/u.test(pendingEmailKey)) return [];
      const waiting = { pendingEmailKey, emailKey: null };
      const users = await database.em().find(User, waiting, { orderBy: { id: 'desc' }, limit });
      return users.map(toRecord);
    },

    async list() {
      const users = await database.em().find(User, {}, { orderBy: { usernameKey: 'asc' } });
      return users.map(toRecord);
    },

    async create({ email, ...user }) {
      const claimed = await insert(database, { ...user, email });
      if (claimed) return claimed;
      const unclaimed = await insert(database, { ...user, emailVerifiedAt: null, pendingEmail: email });
      if (!unclaimed) throw new Error('An address that is not claimed cannot be taken.');
      return unclaimed;
    },

    setActive: (id, isActive) =>
      database.transactional(async (em) => {
        if (!isActive) {
          await refuseLastAdmin(em, id);
          await endSessionsIn(em, id);
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
      database.transactional(async (em) => {
        const now = new Date();
        await endSessionsIn(em, id, exceptBrowser);
        const purpose = { $in: ['reset_password', 'change_email', 'verify_email'] as const };
        await em.nativeDelete(MailedLink, { user: id, purpose });
        // Who has no address signs in with the one that is pending, and keeps it.
        const noWish = { pendingEmail: null, pendingEmailKey: null };
        await em.nativeUpdate(User, { id, email: { $ne: null } }, noWish);
        const changes = { passwordHash, passwordChangedAt: now, updatedAt: now };
        return (await em.nativeUpdate(User, { id }, changes)) === 1;
      }),

    async upgradeHash(id, from, to) {
      await database.em().nativeUpdate(User, { id, passwordHash: from }, { passwordHash: to });
    },

    async setPendingEmail(id, pendingEmail) {
      await update(id, { pendingEmail, pendingEmailKey: pendingEmail && identityKey(pendingEmail) });
    },

    confirmEmail(id, email) {
      const confirm = () =>
        database.transactional(async (em) => {
          const [emailKey, now] = [identityKey(email), new Date()];
          const holder = await em.findOne(User, { emailKey, id: { $ne: id } });
          if (holder?.emailVerifiedAt) return false;
          const endResets = (user: string) =>
            em.nativeDelete(MailedLink, { user, purpose: 'reset_password' });
          if ((await em.count(User, { id, emailKey })) === 0) await endResets(id);
          if (holder) {
            await endResets(holder.id);
            const without = { email: null, emailKey: null, pendingEmail: email, pendingEmailKey: emailKey };
            await em.nativeUpdate(User, { id: holder.id }, { ...without, updatedAt: now });
          }
          const confirmed = { email, emailKey, emailVerifiedAt: now };
          const changes = { ...confirmed, pendingEmail: null, pendingEmailKey: null, updatedAt: now };
          return (await em.nativeUpdate(User, { id }, changes)) === 1;
        });
      // Of two who confirm it at the same moment, the second one sees the first when it looks again.
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

    async setAlarmedAt(id, alarmedAt) {
      await update(id, { alarmedAt });
    },
  };
}

/** Whoever would be missed as the last active administrator stays one (threat 28). */
async function refuseLastAdmin(em: EntityManager, id: string): Promise<void> {
  const admins = await em.find(
    User,
    { role: 'admin', isActive: true, deleteAfter: null },
    // Two administrators who take each other's role away at the same moment: the second one waits, and then sees.
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (admins.length !== 1 || admins[0]?.id !== id) return;
  throw new DatabaseError(
    'last_admin',
    `${admins[0].username} is the only administrator. Make somebody else one first.`,
  );
}

/** @returns null when the address is taken */
async function insert(
  database: Database,
  user: RequiredEntityData<UserEntity> & { username: string },
): Promise<UserRecord | null> {
  try {
    return await database.transactional(async (em) => {
      const created = em.create(User, user);
      await em.flush();
      return userRecordMapper(database)(created);
    });
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    // Asked, and not read out of the message, which has the names of columns and what was typed side by side.
    const usernameKey = identityKey(user.username);
    const isNameTaken = (await database.em().count(User, { usernameKey })) > 0;
    if (!isNameTaken) return null;
    throw new DatabaseError('username_taken', 'That user name is taken.', { cause: error });
  }
}

type UserEntity = InferEntity<typeof User>;
