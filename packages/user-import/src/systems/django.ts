import type { System } from '../system.ts';

/**
 * Django's own users (django/contrib/auth/models.py). `is_staff` opens the admin pages for what was granted, so it makes
 * no administrator here; `is_superuser` does. A user model of the project's own has another table.
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
