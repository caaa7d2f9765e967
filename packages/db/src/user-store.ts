import {
  UniqueConstraintViolationException,
  type InferEntity,
  type RequiredEntityData,
} from '@mikro-orm/core';
import { DatabaseError } from './database-error.ts';
import { User, type Role } from './entities/index.ts';
import { identityKey } from './identity-key.ts';
import type { Database } from './open-database.ts';

/** A user as the rest of the application sees one: plain values, no unit of work behind them. */
export type UserRecord = {
  id: string;
  username: string;
  /** What the person gave; it may still belong to somebody else, who then is the one to sign in with it. */
  email: string;
  passwordHash: string;
  role: Role;
  isActive: boolean;
  createdAt: Date;
};

export type NewUser = { username: string; email: string; passwordHash: string; role?: Role };

export type UserStore = {
  findById(id: string): Promise<UserRecord | null>;
  /** By user name or by e-mail address, whatever the case. */
  findByLogin(usernameOrEmail: string): Promise<UserRecord | null>;
  list(): Promise<UserRecord[]>;
  /**
   * Adds a user. An address that belongs to somebody already is noted, and stays theirs to sign in with.
   * @throws DatabaseError `username_taken`
   */
  create(user: NewUser): Promise<UserRecord>;
  /** @returns false when there is no such user */
  setActive(id: string, isActive: boolean): Promise<boolean>;
};

export function createUserStore(database: Database): UserStore {
  return {
    async findById(id) {
      return recordOf(await database.em().findOne(User, { id }));
    },

    async findByLogin(usernameOrEmail) {
      const key = identityKey(usernameOrEmail);
      // Nobody has such a name, and PostgreSQL takes no zero byte in a text.
      if (/\p{Cc}/u.test(key)) return null;
      // A user name has no @, so only one of the two can be meant.
      return recordOf(
        await database.em().findOne(User, key.includes('@') ? { emailKey: key } : { usernameKey: key }),
      );
    },

    async list() {
      const users = await database.em().find(User, {}, { orderBy: { usernameKey: 'asc' } });
      return users.map((user) => toRecord(user));
    },

    async create({ email, ...user }) {
      const claimed = await insert(database, { ...user, email });
      if (claimed) return claimed;
      const unclaimed = await insert(database, { ...user, pendingEmail: email });
      if (!unclaimed) throw new Error('An address that is not claimed cannot be taken.');
      return unclaimed;
    },

    async setActive(id, isActive) {
      return (await database.em().nativeUpdate(User, { id }, { isActive, updatedAt: new Date() })) === 1;
    },
  };
}

/** @returns null when the address is taken */
async function insert(database: Database, user: RequiredEntityData<UserEntity>): Promise<UserRecord | null> {
  const em = database.em();
  const created = em.create(User, user);
  try {
    await em.persist(created).flush();
    return toRecord(created);
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    // Asked, and not read out of the message, which has the names of columns and what was typed side by side.
    const isNameTaken = (await database.em().count(User, { usernameKey: created.usernameKey })) > 0;
    if (!isNameTaken) return null;
    throw new DatabaseError('username_taken', 'That user name is taken.', { cause: error });
  }
}

type UserEntity = InferEntity<typeof User>;

const recordOf = (user: UserEntity | null) => user && toRecord(user);

function toRecord({
  id,
  username,
  email,
  pendingEmail,
  passwordHash,
  role,
  isActive,
  createdAt,
}: UserEntity): UserRecord {
  return { id, username, email: email ?? pendingEmail ?? '', passwordHash, role, isActive, createdAt };
}
