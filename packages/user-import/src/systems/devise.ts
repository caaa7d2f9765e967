import { commonColumns } from '../common-columns.ts';
import type { System } from '../system.ts';

/**
 * Rails with Devise (lib/generators/templates and its modules): sign-in by e-mail address, and `confirmed_at` and
 * `unconfirmed_email` from Confirmable. `locked_at` from Lockable is temporary, so it does not disable the user.
 */
export const devise: System = {
  title: 'Devise',
  layouts: [
    {
      tables: ['users'],
      columns: {
        ...commonColumns,
        username: ['username', 'login'],
        email_verified_at: ['confirmedat'],
        pending_email: ['unconfirmedemail'],
        password_hash: ['encryptedpassword'],
        is_disabled: [...commonColumns.is_disabled, 'discardedat'],
      },
      needs: ['password_hash'],
    },
  ],
};
