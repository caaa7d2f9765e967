import type { FilterQuery, InferEntity } from '@mikro-orm/core';
import { type Database, User } from '@latchkey/db';
import type { ExistingUser, UserTable } from './user-table.ts';

/** PostgreSQL and MySQL: few large statements, because each one is a network round trip. */
export function openServerUserTable(database: Database): UserTable {
  const find = async (where: FilterQuery<InferEntity<typeof User>>): Promise<ExistingUser[]> => {
    const users = await database.em().find(User, where, {
      fields: ['id', 'username', 'usernameKey', 'emailKey'],
      disableIdentityMap: true,
    });
    return users.map(({ id, username, usernameKey, emailKey }) => ({
      id,
      username,
      usernameKey,
      emailKey: emailKey ?? null,
    }));
  };

  return {
    async isEmpty() {
      const [user] = await database.em().find(User, {}, { fields: ['id'], limit: 1 });
      return user === undefined;
    },

    // One query per index: PostgreSQL scans the whole table for a single query with `or`.
    findMatching: async (keys, ids) => [
      ...(await find({ usernameKey: { $in: [...keys] } })),
      ...(await find({ emailKey: { $in: [...keys] } })),
      ...(ids.length > 0 ? await find({ id: { $in: [...ids] } }) : []),
    ],
  };
}
