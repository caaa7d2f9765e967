import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { User, type Role } from '../entities/index.ts';
import { DatabaseError } from '../database-error.ts';
import type { Database } from '../database.ts';
import { identityKey } from '../identity-key.ts';

/** The six demo users. Their passwords are public, and deliberately below the policy of `/register`. */
export const demoUsers: readonly { username: string; password: string; role: Role }[] = [
  { username: 'susan', password: 'cat', role: 'admin' },
  { username: 'sam', password: 'dog', role: 'user' },
  { username: 'jack', password: 'boo', role: 'user' },
  { username: 'eric', password: 'yoo', role: 'user' },
  { username: 'mayra', password: 'hey', role: 'user' },
  { username: 'bob', password: 'who', role: 'user' },
];

/**
 * Adds the demo users to an empty database, in one transaction.
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
    // Another process that started at the same time has added them.
    if (error instanceof UniqueConstraintViolationException) return 0;
    throw error;
  }
}

/**
 * Rejects a database in which a demo user still has the public password. Other users with these names are not affected.
 * @throws DatabaseError `demo_users`
 */
export async function refuseDemoUsers(
  database: Database,
  isPassword: (hash: string, password: string) => Promise<boolean>,
): Promise<void> {
  const passwords = new Map(demoUsers.map(({ username, password }) => [identityKey(username), password]));
  const named = await database.em().find(User, { usernameKey: { $in: [...passwords.keys()] } });
  const checked = await Promise.all(
    named.map(async ({ username, usernameKey, passwordHash }) => ({
      username,
      isDemo: await isPassword(passwordHash, passwords.get(usernameKey) ?? ''),
    })),
  );
  const found = checked.filter(({ isDemo }) => isDemo).map(({ username }) => username);
  if (found.length === 0) return;
  throw new DatabaseError(
    'demo_users',
    `The database contains demo users, whose passwords are public: ${found.sort().join(', ')}. ` +
      `To keep one with another password: pnpm users passwd ${found[0] ?? 'NAME'}. ` +
      'To remove all data with them: pnpm db reset --yes. Or set DATABASE_URL to a database without them.',
  );
}
