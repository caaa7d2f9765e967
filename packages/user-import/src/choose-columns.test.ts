import { describe, expect, test } from 'vitest';
import { chooseColumns, pickFields } from './choose-columns.ts';
import { parseColumnMap, type ColumnMap } from './column-map.ts';
import { columns, defaultMap } from './testing.ts';
import { commonColumns } from './common-columns.ts';

const choose = (columns: string[], map: ColumnMap = defaultMap) =>
  Object.fromEntries(
    chooseColumns(columns, commonColumns, map).taken.map(({ theirs, ours }) => [ours, theirs]),
  );

describe('chooseColumns', () => {
  test.each([
    [
      ['user_name', 'E-Mail', 'hashed_password'],
      { username: 'user_name', email: 'E-Mail', password_hash: 'hashed_password' },
    ],
    [
      ['Login', 'mail', 'encrypted_password'],
      { username: 'Login', email: 'mail', password_hash: 'encrypted_password' },
    ],
    [['name', 'hash'], { username: 'name', password_hash: 'hash' }],
    // Beside an address, it is the name of a person.
    [['name', 'email', 'hash'], { email: 'email', password_hash: 'hash' }],
    [
      ['email', 'confirmed_on', 'member_since', 'LockoutEnd'],
      {
        email: 'email',
        email_verified_at: 'confirmed_on',
        created_at: 'member_since',
        banned_until: 'LockoutEnd',
      },
    ],
    [['email', 'create_datetime', 'created'], { email: 'email', created_at: 'created' }],
    [
      ['userName', 'isActive', 'emailVerified'],
      { username: 'userName', is_active: 'isActive', email_verified_at: 'emailVerified' },
    ],
    [
      ['username', 'date_joined', 'is_admin'],
      { username: 'username', created_at: 'date_joined', is_admin: 'is_admin' },
    ],
  ])('finds columns by their common names: %j', (columns, found) => {
    expect(choose(columns)).toEqual(found);
  });

  test('prefers the most likely of several columns', () => {
    expect(choose(['name', 'password', 'login', 'username', 'password_hash'])).toEqual({
      username: 'username',
      password_hash: 'password_hash',
    });
  });

  test('maps a column of --map, and no other column to the same field', () => {
    const map = parseColumnMap(['nick=username', 'email=', 'contact=email'], columns);
    expect(choose(['username', 'nick', 'email', 'contact'], map)).toEqual({
      username: 'nick',
      email: 'contact',
    });
  });

  test('maps all columns that disable a user', () => {
    const choice = chooseColumns(['username', 'banned', 'deleted_at'], commonColumns, defaultMap);
    expect(pickFields(['susan', 'f', '2026-01-01'], choice)).toEqual({
      username: 'susan',
      is_banned: 'f',
      is_disabled: ['2026-01-01'],
    });
  });
});

test.each(['username', '=username', 'nick=name'])('--map %s is rejected', (pair) => {
  expect(() => parseColumnMap([pair], columns)).toThrow(/^--map: found .*; expected COLUMN=FIELD/);
});

test('two columns cannot be mapped to one field', () => {
  expect(() => choose(['a', 'b'], parseColumnMap(['a=email', 'b=email'], columns))).toThrow(
    /^--map: two columns are mapped to email\.$/,
  );
});
