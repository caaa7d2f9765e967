import { IsolationLevel, type EntityManager, type FilterQuery, type InferEntity } from '@mikro-orm/core';
import { User, type Role } from '../entities/index.ts';
import { identityKey } from '../identity-key.ts';
import type { Database } from '../database.ts';
import { userRecordMapper, type UserRecord } from './user-record.ts';

export type UserFilter = {
  role?: Role;
  isActive?: boolean;
  /** A part of the user name or of the address, whatever the case. */
  search?: string;
};

type UserEntity = InferEntity<typeof User>;

const pageSize = 500;

/** Everybody, in the order of the user names, some at a time: however many there are, few are in memory. */
export async function* listUsers(database: Database, which: UserFilter = {}): AsyncGenerator<UserRecord[]> {
  const toRecord = userRecordMapper(database);
  const search = identityKey(which.search ?? '');
  const isFound = ({ usernameKey, emailKey }: UserEntity) =>
    usernameKey.includes(search) || (emailKey?.includes(search) ?? false);

  for await (const page of pagesBy('usernameKey', database.em(), conditionsOf(which, search))) {
    yield page.filter(isFound).map(toRecord);
  }
}

/** Everybody, the oldest account first, as they all were at one moment, some at a time. */
export async function* exportUsers(database: Database): AsyncGenerator<UserRecord[]> {
  const toRecord = userRecordMapper(database);
  const em = database.em();
  // SQLite has no levels: whoever reads there sees one state until the transaction ends.
  await em.begin(database.engine === 'sqlite' ? {} : { isolationLevel: IsolationLevel.REPEATABLE_READ });
  try {
    for await (const page of pagesBy('id', em, [])) yield page.map(toRecord);
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
    // The cast: MikroORM's type takes no key that is a variable.
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

function conditionsOf({ role, isActive }: UserFilter, search: string): FilterQuery<UserEntity>[] {
  // Engines escape these characters in different ways. Any character in their place finds too many, which are left out after.
  const like = `%${search.replace(/[\\%_]/g, '_')}%`;
  return [
    ...(role === undefined ? [] : [{ role }]),
    ...(isActive === undefined ? [] : [{ isActive }]),
    ...(search === '' ? [] : [{ $or: [{ usernameKey: { $like: like } }, { emailKey: { $like: like } }] }]),
  ];
}
