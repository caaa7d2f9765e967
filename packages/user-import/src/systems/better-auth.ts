import type { System } from '../system.ts';

/**
 * better-auth's core schema: people in `user`, ways to sign in in `account`, the password in the one whose provider is
 * `credential`. `username` comes with the username plugin, `role` and `banned` with the admin plugin.
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
        is_disabled: ['banned'],
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
