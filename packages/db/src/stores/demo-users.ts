import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { User, type Role } from '../entities/index.ts';
import type { Database } from '../database.ts';

/** The six people of the demo. Their passwords are public, and below what `/register` asks for, on purpose. */
export const demoUsers: readonly { username: string; password: string; role: Role }[] = [
  { username: 'susan', password: 'cat', role: 'admin' },
  { username: 'sam', password: 'dog', role: 'user' },
  { username: 'jack', password: 'boo', role: 'user' },
  { username: 'eric', password: 'yoo', role: 'user' },
  { username: 'mayra', password: 'hey', role: 'user' },
  { username: 'bob', password: 'who', role: 'user' },
];

/**
 * Adds the demo users, to an empty database only, all of them or none.
 * @param hashPassword how passwords are hashed is not for this package to know
 * @returns how many were added: six or zero
 */
export async function seedDemoUsers(
  database: Database,
  hashPassword: (password: string) => Promise<string>,
): Promise<number> {
  if ((await database.em().count(User)) > 0) return 0;

  const users = await Promise.all(
    demoUsers.map(async ({ username, password, role }) => {
      const passwordHash = await hashPassword(password);
      return { username, email: `${username}@example.com`, emailVerifiedAt: new Date(), passwordHash, role };
    }),
  );

  try {
    await database.transactional(async (em) => {
      for (const user of users) em.create(User, user);
      await em.flush();
    });
    return users.length;
  } catch (error) {
    // Another process that starts at the same time was quicker, and has added all of them.
    if (error instanceof UniqueConstraintViolationException) return 0;
    throw error;
  }
}
