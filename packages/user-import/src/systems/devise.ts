import { usualColumns } from '../columns.ts';
import type { System } from '../system.ts';

/**
 * Rails with Devise (lib/generators/templates and its modules): signing in by e-mail, `confirmed_at` and
 * `unconfirmed_email` of Confirmable. `locked_at` of Lockable passes by itself, so it disables nobody here.
 */
export const devise: System = {
  title: 'Devise',
  layouts: [
    {
      tables: ['users'],
      columns: {
        ...usualColumns,
        username: ['username', 'login'],
        email_verified_at: ['confirmedat'],
        pending_email: ['unconfirmedemail'],
        password_hash: ['encryptedpassword'],
        is_disabled: [...usualColumns.is_disabled, 'discardedat'],
      },
      needs: ['password_hash'],
    },
  ],
};
