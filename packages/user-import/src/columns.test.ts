import { describe, expect, test } from 'vitest';
import { chooseColumns, pick, readColumnMap, usualColumns, type ColumnMap } from './columns.ts';

const choose = (columns: string[], map: ColumnMap = new Map()) =>
  Object.fromEntries(
    chooseColumns(columns, usualColumns, map).taken.map(({ theirs, ours }) => [ours, theirs]),
  );

describe('columns are found', () => {
  test.each([
    [
      ['user_name', 'E-Mail', 'hashed_password'],
      { username: 'user_name', email: 'E-Mail', password_hash: 'hashed_password' },
    ],
    [
      ['Login', 'mail', 'encrypted_password'],
      { username: 'Login', email: 'mail', password_hash: 'encrypted_password' },
    ],
    [['name', 'email', 'hash'], { username: 'name', email: 'email', password_hash: 'hash' }],
    [
      ['userName', 'isActive', 'emailVerified'],
      { username: 'userName', is_active: 'isActive', email_verified_at: 'emailVerified' },
    ],
    [
      ['username', 'date_joined', 'is_admin'],
      { username: 'username', created_at: 'date_joined', is_admin: 'is_admin' },
    ],
  ])('by what people call them: %j', (columns, found) => {
    expect(choose(columns)).toEqual(found);
  });

  test('in the likeliest one, where several could be meant', () => {
    expect(choose(['name', 'password', 'login', 'username', 'password_hash'])).toEqual({
      username: 'username',
      password_hash: 'password_hash',
    });
  });

  test('by hand, and then nowhere else', () => {
    const map = readColumnMap(['nick=username', 'email=', 'contact=email']);
    expect(choose(['username', 'nick', 'email', 'contact'], map)).toEqual({
      username: 'nick',
      email: 'contact',
    });
  });

  test('in all of those that disable somebody', () => {
    const choice = chooseColumns(['username', 'banned', 'deleted_at'], usualColumns, new Map());
    expect(pick(['susan', 'f', '2026-01-01'], choice)).toEqual({
      username: 'susan',
      is_disabled: ['f', '2026-01-01'],
    });
  });
});

test.each(['username', '=username', 'nick=name'])('--map %s is refused', (pair) => {
  expect(() => readColumnMap([pair])).toThrow(/^--map: found .*; expected THEIRS=OURS/);
});

test('two columns cannot be mapped to one', () => {
  expect(() => choose(['a', 'b'], readColumnMap(['a=email', 'b=email']))).toThrow(/cannot both be email/);
});
