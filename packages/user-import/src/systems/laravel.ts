import { commonColumns } from '../common-columns.ts';
import type { System } from '../system.ts';

/** Laravel's `users` (0001_01_01_000000_create_users_table.php). `name` is a person's name, not a user name. */
export const laravel: System = {
  title: 'Laravel',
  layouts: [
    {
      tables: ['users'],
      columns: {
        ...commonColumns,
        username: ['username', 'login'],
        email_verified_at: ['emailverifiedat'],
        password_hash: ['password'],
      },
      needs: ['password_hash'],
    },
  ],
};
