import type { System } from '../system.ts';

/**
 * Django's default users (django/contrib/auth/models.py). `is_superuser` maps to an administrator; `is_staff` does not,
 * because it gives access to the admin site without any permission. A custom user model has another table.
 */
export const django: System = {
  title: 'Django',
  layouts: [
    {
      tables: ['auth_user'],
      columns: {
        id: ['id'],
        username: ['username'],
        email: ['email'],
        password_hash: ['password'],
        is_admin: ['issuperuser'],
        is_active: ['isactive'],
        created_at: ['datejoined', 'createdat'],
      },
      needs: ['password_hash'],
    },
  ],
};
