import { describe, expect, test } from 'vitest';
import { chooseTables, type ChoiceOptions } from './choose-tables.ts';
import { parseColumnMap } from './column-map.ts';
import type { System } from './system.ts';
import { systems } from './systems/index.ts';
import { columns, defaultMap, readRows } from './testing.ts';

/** The tables of each system as its installer creates them. */
const schemas = {
  flask: {
    user: ['id', 'username', 'email', 'password_hash', 'about_me', 'last_seen'],
    post: ['id', 'body'],
  },
  django: {
    auth_group: ['id', 'name'],
    auth_user: [
      ...['id', 'password', 'last_login', 'is_superuser', 'username', 'first_name', 'last_name', 'email'],
      ...['is_staff', 'is_active', 'date_joined'],
    ],
  },
  devise: {
    schema_migrations: ['version'],
    users: [
      ...['id', 'email', 'encrypted_password', 'reset_password_token', 'reset_password_sent_at'],
      ...['remember_created_at', 'confirmation_token', 'confirmed_at', 'unconfirmed_email', 'locked_at'],
      ...['created_at', 'updated_at'],
    ],
  },
  laravel: {
    users: [
      ...[
        'id',
        'name',
        'email',
        'email_verified_at',
        'password',
        'remember_token',
        'created_at',
        'updated_at',
      ],
    ],
  },
  'better-auth': {
    user: ['id', 'name', 'email', 'emailVerified', 'image', 'createdAt', 'updatedAt', 'role', 'banned'],
    account: ['id', 'accountId', 'providerId', 'userId', 'accessToken', 'password', 'createdAt'],
  },
  lucia: { user: ['id', 'username', 'hashed_password'], session: ['id', 'user_id', 'expires_at'] },
  wordpress: {
    wp_options: ['option_id'],
    wp_usermeta: ['umeta_id', 'user_id', 'meta_key', 'meta_value'],
    wp_users: [
      ...['ID', 'user_login', 'user_pass', 'user_nicename', 'user_email', 'user_url', 'user_registered'],
      ...['user_activation_key', 'user_status', 'display_name'],
    ],
  },
} as const;

const choose = (
  system: System,
  tables: Record<string, readonly string[]>,
  options: Partial<ChoiceOptions> = {},
) =>
  chooseTables(system, new Map(Object.entries(tables)), {
    table: null,
    map: defaultMap,
    location: 'old.db',
    ...options,
  });

async function readWith(choice: ReturnType<typeof choose>, ...rows: unknown[][]) {
  async function* all() {
    yield rows;
  }
  return (await readRows(choice.read(all()))).map(({ source }) => source);
}

describe('columns of each system', () => {
  test.each([
    ['flask', ['id', 'username', 'email', 'password_hash'], null],
    ['django', ['id', 'username', 'email', 'password', 'is_superuser', 'is_active', 'date_joined'], null],
    [
      'devise',
      ['id', 'email', 'confirmed_at', 'unconfirmed_email', 'encrypted_password', 'created_at', 'updated_at'],
      null,
    ],
    ['laravel', ['id', 'email', 'email_verified_at', 'password', 'created_at', 'updated_at'], null],
    [
      'better-auth',
      ['id', 'email', 'emailVerified', 'role', 'banned', 'createdAt', 'updatedAt'],
      {
        table: 'account',
        columns: ['password'],
        owner: 'userId',
        only: { column: 'providerId', value: 'credential' },
      },
    ],
    ['lucia', ['id', 'username', 'hashed_password'], null],
    [
      'wordpress',
      ['ID', 'user_login', 'user_email', 'user_pass', 'user_registered'],
      {
        table: 'wp_usermeta',
        columns: ['meta_value'],
        owner: 'user_id',
        only: { column: 'meta_key', value: 'wp_capabilities' },
      },
    ],
  ] as const)('%s', (name, columns, joined) => {
    const { selection } = choose(systems[name], schemas[name]);
    expect(selection).toMatchObject({ columns, key: columns[0], joined });
  });

  test('columns of both tables are mapped to their fields', async () => {
    const choice = choose(systems['better-auth'], schemas['better-auth']);
    expect(await readWith(choice, ['x', 's@x', 1, 'admin', 0, 'then', 'now', 'hash'])).toEqual([
      {
        id: 'x',
        email: 's@x',
        email_verified_at: 1,
        role: 'admin',
        is_banned: 0,
        created_at: 'then',
        updated_at: 'now',
        password_hash: 'hash',
      },
    ]);
  });
});

describe('roles in tables of their own', () => {
  const users = ['id', 'email', 'password', 'role_id'];
  const roles = ['id', 'name'];

  test('are read by the table that links them with users', () => {
    const { selection } = choose(systems.flask, {
      user: users,
      role: roles,
      roles_users: ['user_id', 'role_id'],
    });
    expect(selection.roles).toMatchObject({
      table: 'role',
      link: { table: 'roles_users', user: 'user_id', role: 'role_id' },
    });
  });

  test('are read by the column role_id of users', () => {
    const { selection } = choose(systems.flask, { user: users, roles });
    expect(selection.roles).toMatchObject({ table: 'roles', link: null, column: 'role_id' });
  });

  test('are not read without a table of roles', () => {
    expect(choose(systems.flask, { user: users }).selection.roles).toBeNull();
  });
});

describe('chooseTables', () => {
  test('accepts another name of the users table', () => {
    const { selection } = choose(
      systems.django,
      { accounts_user: schemas.django.auth_user },
      { table: 'accounts_user' },
    );
    expect(selection.table).toBe('accounts_user');
  });

  test('accepts another prefix of WordPress tables', () => {
    const tables = { blog_users: schemas.wordpress.wp_users, blog_usermeta: schemas.wordpress.wp_usermeta };
    const { selection } = choose(systems.wordpress, tables, { table: 'blog_users' });
    expect(selection.joined).toMatchObject({ table: 'blog_usermeta', only: { value: 'blog_capabilities' } });
  });

  test('accepts mapped columns', () => {
    const tables = { users: ['id', 'nick', 'pw'] };
    const map = parseColumnMap(['nick=username', 'pw=password_hash'], columns);
    expect(choose(systems.flask, tables, { map }).selection.columns).toEqual(['nick', 'pw', 'id']);
  });

  test('reads user names and e-mail addresses from the keys of Lucia 1 and 2', async () => {
    const tables = { auth_user: ['id'], auth_key: ['id', 'user_id', 'hashed_password'] };
    const choice = choose(systems.lucia, tables);
    expect(choice.selection.joined).toEqual({
      table: 'auth_key',
      columns: ['id', 'hashed_password'],
      owner: 'user_id',
      only: null,
    });
    expect(await readWith(choice, ['1', 'username:susan', 'hash'], ['2', 'email:s@x', 'hash'])).toMatchObject(
      [{ username: 'susan' }, { username: null, email: 's@x' }],
    );
  });
});

describe('an error lists what is missing and what was found', () => {
  test.each([
    [
      systems.django,
      { users: ['id'], posts: ['id'] },
      'old.db does not look like a Django database: there is no table auth_user. Tables found: users, posts.',
    ],
    [
      systems.flask,
      {},
      'old.db does not look like a Flask database: there is no table user or users. Tables found: none.',
    ],
    [
      systems.devise,
      { users: ['id', 'email', 'password_digest'] },
      'old.db does not look like a Devise database: table users has no column for password_hash. Columns found: id, email, password_digest.',
    ],
    [
      systems.laravel,
      { users: ['id', 'name', 'password'] },
      'old.db does not look like a Laravel database: table users has no column for a user name or an e-mail address. Columns found: id, name, password.',
    ],
    [
      systems['better-auth'],
      { user: ['id', 'email'], account: ['id', 'provider'] },
      'old.db does not look like a better-auth database: table account has no column userId. Columns found: id, provider.',
    ],
    [
      systems.wordpress,
      { wp_users: ['ID', 'user_login', 'user_pass'] },
      'old.db does not look like a WordPress database: there is no table wp_usermeta. Tables found: wp_users.',
    ],
  ])('%#', (system, tables, sentence) => {
    expect(() => choose(system, tables)).toThrow(sentence);
  });
});
