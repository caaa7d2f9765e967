import type { InferEntity } from '@mikro-orm/core';
import type { Database } from '../database.ts';
import { User } from '../entities/index.ts';
import { recordMapper, type RecordOf } from '../entities/records.ts';

/** The columns of `User` that are computed from other columns: the keys by which names and addresses are compared. */
export const identityKeyProperties = ['usernameKey', 'emailKey', 'pendingEmailKey'] as const;

/** A user as a plain object: all stored columns except the computed keys. */
export type UserRecord = Omit<RecordOf<typeof User>, (typeof identityKeyProperties)[number]>;

/** Returns a function that copies users to plain records. */
export function createUserRecordMapper(
  database: Pick<Database, 'orm'>,
): (user: InferEntity<typeof User>) => UserRecord {
  const toRecord = recordMapper(database, User);
  return (user) => {
    const { usernameKey: _u, emailKey: _e, pendingEmailKey: _p, ...record } = toRecord(user);
    return record;
  };
}
