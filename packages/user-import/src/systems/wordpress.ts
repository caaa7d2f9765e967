import type { System } from '../system.ts';

/**
 * WordPress (wp-admin/includes/schema.php). The role is in the user's metadata, with the prefix of the tables:
 * `wp_capabilities`. Another prefix is given by `--table PREFIX_users`. A multisite has the columns `deleted` and `spam`.
 */
export const wordpress: System = {
  title: 'WordPress',
  layouts: [
    {
      tables: ['wp_users'],
      columns: {
        id: ['id'],
        username: ['userlogin'],
        email: ['useremail'],
        password_hash: ['userpass'],
        is_disabled: ['deleted', 'spam'],
        created_at: ['userregistered'],
      },
      needs: ['username', 'password_hash'],
      joined: {
        tables: (users) => [users.replace(/users$/i, 'usermeta')],
        columns: { role: ['metavalue'] },
        owner: 'user_id',
        only: { column: 'meta_key', value: (users) => users.replace(/users$/i, 'capabilities') },
      },
    },
  ],
};
