import type { FilterQuery, InferEntity } from '@mikro-orm/core';
import { type Database, User } from '@latchkey/db';
import type { ExistingUser, UserTable } from './user-table.ts';

/** PostgreSQL and MySQL: few and large statements, since every one is a way to the server and back. */
export function serverUserTable(database: Database): UserTable {
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
      const [somebody] = await database.em().find(User, {}, { fields: ['id'], limit: 1 });
      return somebody === undefined;
    },

    // One index each: for all of it in one question PostgreSQL reads the whole table.
    findAlike: async (keys, ids) => [
      ...(await find({ usernameKey: { $in: [...keys] } })),
      ...(await find({ emailKey: { $in: [...keys] } })),
      ...(ids.length > 0 ? await find({ id: { $in: [...ids] } }) : []),
    ],

    insertAll: (users, onWritten) =>
      database.em().transactional(async (em) => {
        let written = 0;
        for (const some of users) {
          await em.insertMany(User, [...some]);
          onWritten((written += some.length));
        }
      }),
  };
}
