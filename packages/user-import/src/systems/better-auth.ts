import type { System } from '../system.ts';

/**
 * better-auth's core schema. `user` has the users, and `account` their sign-in methods; the password is in the account
 * with the provider `credential`. The username plugin adds `username`, the admin plugin `role` and `banned`.
 */
export const betterAuth: System = {
  title: 'better-auth',
  layouts: [
    {
      tables: ['user', 'users'],
      columns: {
        id: ['id'],
        username: ['username'],
        email: ['email'],
        email_verified_at: ['emailverified'],
        role: ['role'],
        is_banned: ['banned'],
        banned_until: ['banexpires'],
        created_at: ['createdat'],
        updated_at: ['updatedat'],
      },
      needs: ['email', 'password_hash'],
      joined: {
        tables: () => ['account', 'accounts'],
        columns: { password_hash: ['password'] },
        owner: 'userId',
        only: { column: 'providerId', value: () => 'credential' },
      },
    },
  ],
};
