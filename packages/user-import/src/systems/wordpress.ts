import type { System } from '../system.ts';

/**
 * WordPress (wp-admin/includes/schema.php). The role is among the user's meta data, under the prefix of the tables:
 * `wp_capabilities`. With another prefix, `--table PREFIX_users` says so. `deleted` and `spam` are those of a multisite.
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
