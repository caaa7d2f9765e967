import type { InferEntity } from '@mikro-orm/core';
import type { Database } from '../database.ts';
import { User } from '../entities/index.ts';
import { recordName } from '../entities/embedded-objects.ts';
import { recordMapper, type RecordOf } from '../entities/records.ts';

/** The columns of `User` that are computed from other columns: the keys by which names and addresses are compared. */
export const identityKeyProperties = ['usernameKey', 'emailKey', 'waitingEmailKey'] as const;

/** The columns of `User` that the stores maintain, and that have no meaning in another database. */
export const internalUserProperties = [
  ...identityKeyProperties,
  'usernameSkeleton',
  'credentialVersion',
] as const;

/** A user as a plain object: all stored columns except the internal ones. */
export type UserRecord = Omit<RecordOf<typeof User>, (typeof internalUserProperties)[number]>;

/** The same with what a sign-in compares. */
export type StoredUser = UserRecord & Pick<RecordOf<typeof User>, 'credentialVersion'>;

/** Returns a function that copies users to plain records. */
export function createUserRecordMapper(
  database: Pick<Database, 'orm'>,
): (user: InferEntity<typeof User>) => UserRecord {
  const toRecord = createStoredUserMapper(database);
  return (user) => {
    const { credentialVersion: _version, ...record } = toRecord(user);
    return record;
  };
}

/** The same for the records that a sign-in works with. */
export function createStoredUserMapper(
  database: Pick<Database, 'orm'>,
): (user: InferEntity<typeof User>) => StoredUser {
  const toRecord = recordMapper(database, User);
  return (user) => {
    const {
      usernameKey: _u,
      usernameSkeleton: _s,
      emailKey: _e,
      waitingEmailKey: _w,
      ...record
    } = toRecord(user);
    return record;
  };
}

/** Returns a function that converts users to JSON values, without hidden columns, such as the password hash and the keys. */
export function createVisibleUserMapper({
  orm,
}: Pick<Database, 'orm'>): (user: UserRecord) => Record<string, unknown> {
  const { props } = orm.getMetadata().get<object>(User.meta.class);
  const hidden = new Set(
    props.filter((property) => property.hidden).map((property) => recordName(property.name, property)),
  );
  return (user) =>
    Object.fromEntries(Object.entries(toJsonValues(user)).filter(([name]) => !hidden.has(name)));
}

/** Converts the values of a record that JSON does not have: a large integer to a text, and bytes to Base64. */
function toJsonValues<R extends object>(record: R): Record<keyof R, unknown> {
  const convert = (value: unknown): unknown => {
    if (typeof value === 'bigint') return String(value);
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
    if (Array.isArray(value)) return value.map(convert);
    return value !== null && typeof value === 'object' && !(value instanceof Date)
      ? toJsonValues(value)
      : value;
  };
  // The cast: the result has the names of the record.
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, convert(value)])) as Record<
    keyof R,
    unknown
  >;
}
