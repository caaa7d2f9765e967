import { IsolationLevel, type EntityManager, type FilterQuery, type InferEntity } from '@mikro-orm/core';
import { User, type Role } from '../entities/index.ts';
import { toCanonicalDomain } from '../email-address.ts';
import { identityKey } from '../identity-key.ts';
import type { Database } from '../database.ts';
import { createUserRecordMapper, identityKeyProperties, type UserRecord } from './user-record.ts';

export type UserFilter = {
  role?: Role;
  isActive?: boolean;
  /** A part of the user name or of the address, case-insensitive. */
  search?: string;
};

type UserEntity = InferEntity<typeof User>;

const pageSize = 500;

/** Reads users in pages, ordered by user name. */
export async function* listUsers(database: Database, which: UserFilter = {}): AsyncGenerator<UserRecord[]> {
  const toRecord = createUserRecordMapper(database);
  const search = identityKey(which.search ?? '');
  // A part of an address may be a part of its domain.
  const searched = [...new Set([search, toCanonicalDomain(search)])];
  const isFound = ({ usernameKey, emailKey, waitingEmailKey }: UserEntity) =>
    [usernameKey, emailKey, waitingEmailKey].some((key) => searched.some((part) => key?.includes(part)));

  for await (const page of pagesBy('usernameKey', database.em(), createConditions(which, searched))) {
    yield page.filter(isFound).map(toRecord);
  }
}

/**
 * Reads all users in pages from one snapshot, oldest account first. An address that is not the user's own yet is their pending
 * one, because an import refuses two users with the same `email`.
 */
export async function* exportUsers(database: Database): AsyncGenerator<UserRecord[]> {
  const toRecord = createUserRecordMapper(database);
  const toExported = (user: UserEntity): UserRecord => {
    const record = toRecord(user);
    return user.waitingEmailKey ? { ...record, email: null, pendingEmail: record.email } : record;
  };
  const em = database.em();
  // SQLite has no isolation levels; each transaction reads one snapshot.
  await em.begin(database.engine === 'sqlite' ? {} : { isolationLevel: IsolationLevel.REPEATABLE_READ });
  try {
    for await (const page of pagesBy('id', em, [])) yield page.map(toExported);
  } finally {
    await em.rollback();
  }
}

async function* pagesBy(
  key: 'id' | 'usernameKey',
  em: EntityManager,
  conditions: FilterQuery<UserEntity>[],
): AsyncGenerator<UserEntity[]> {
  for (let after = ''; ;) {
    // The cast: MikroORM's type does not accept a computed key.
    const beyond = { [key]: { $gt: after } } as FilterQuery<UserEntity>;
    const page = await em.find(
      User,
      { $and: [...conditions, beyond] },
      {
        orderBy: { [key]: 'asc' },
        limit: pageSize,
        disableIdentityMap: true,
      },
    );
    const last = page.at(-1);
    if (!last) return;
    yield page;
    if (page.length < pageSize) return;
    after = last[key];
  }
}

function createConditions({ role, isActive }: UserFilter, searched: string[]): FilterQuery<UserEntity>[] {
  // Engines escape these characters in different ways, so they match any character here, and the results are filtered.
  const likes = searched.map((part) => `%${part.replace(/[\\%_]/g, '_')}%`);
  const matches = identityKeyProperties.flatMap((key) => likes.map((like) => ({ [key]: { $like: like } })));
  return [
    ...(role === undefined ? [] : [{ role }]),
    ...(isActive === undefined ? [] : [{ isActive }]),
    ...(searched[0] === '' ? [] : [{ $or: matches }]),
  ];
}
