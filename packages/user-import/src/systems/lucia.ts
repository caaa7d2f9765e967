import { usualColumns } from '../columns.ts';
import type { SourceUser } from '../fields.ts';
import { textOf } from '../values.ts';
import type { System } from '../system.ts';

/**
 * Lucia. Version 3 leaves the table to the project, and its guides keep the hash with the user. Versions 1 and 2 have a
 * table of keys, `username:susan` or `email:susan@example.com`, with the hash; the guide from 2 to 3 one of passwords.
 */
export const lucia: System = {
  title: 'Lucia',
  layouts: [
    { tables: ['user', 'users', 'auth_user'], columns: usualColumns, needs: ['password_hash'] },
    {
      tables: ['user', 'users', 'auth_user'],
      columns: usualColumns,
      needs: ['password_hash'],
      joined: {
        tables: () => ['user_key', 'auth_key', 'key', 'password', 'user_password'],
        columns: { username: ['id'], password_hash: ['hashedpassword', 'passwordhash'] },
        owner: 'user_id',
      },
      refine: withNameOfKey,
    },
  ],
};

/** Where the users' table has no name for them, the key is one. */
function withNameOfKey(user: SourceUser): SourceUser {
  const [, provider, name] = /^(username|email):(.+)$/.exec(textOf(user.username) ?? '') ?? [];
  if (provider === 'email') return { ...user, username: null, email: user.email ?? name };
  return provider ? { ...user, username: name } : user;
}
