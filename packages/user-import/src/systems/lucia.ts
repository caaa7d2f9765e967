import { commonColumns } from '../common-columns.ts';
import { parseText } from '../parse-values.ts';
import type { SourceUser } from '../source-user.ts';
import type { System } from '../system.ts';

/**
 * Lucia. In version 3 the project defines the table, and the guides store the hash with the user. Versions 1 and 2 have a
 * table of keys, such as `username:susan` or `email:susan@example.com`, with the hash. The migration guide from 2 to 3 has a
 * table of passwords.
 */
export const lucia: System = {
  title: 'Lucia',
  layouts: [
    { tables: ['user', 'users', 'auth_user'], columns: commonColumns, needs: ['password_hash'] },
    {
      tables: ['user', 'users', 'auth_user'],
      columns: commonColumns,
      needs: ['password_hash'],
      joined: {
        tables: () => ['user_key', 'auth_key', 'key', 'password', 'user_password'],
        columns: { username: ['id'], password_hash: ['hashedpassword', 'passwordhash'] },
        owner: 'user_id',
      },
      refine: withLoginOfKey,
    },
  ],
};

/** Reads the user name or e-mail address from the key, for users tables without these columns. */
function withLoginOfKey(user: SourceUser): SourceUser {
  const [, provider, name] = /^(username|email):(.+)$/.exec(parseText(user.username) ?? '') ?? [];
  if (provider === 'email') return { ...user, username: null, email: user.email ?? name };
  return provider ? { ...user, username: name } : user;
}
