import { describe, expect, test } from 'vitest';
import { unusablePasswordHash } from './validate-rows.ts';
import { hasAdminRole } from './has-admin-role.ts';
import { suggestUsername } from './suggest-username.ts';
import { now, validateOne } from './testing.ts';

const hash = 'scrypt:32768:8:1$salt$00';

describe('an imported user', () => {
  test('has the values of the columns', async () => {
    const row = await validateOne({
      id: '0190B51C-33AB-76C8-B9BB-F545D5B2FAC1',
      username: ' Susan Müller ',
      email: 'susan@example.com',
      email_verified_at: '2024-01-03',
      password_hash: hash,
      role: 'admin',
      is_active: '0',
      created_at: '2024-01-02',
      updated_at: '2024-01-04',
    });
    expect(row.user).toEqual({
      id: '0190b51c-33ab-76c8-b9bb-f545d5b2fac1',
      username: 'Susan Müller',
      isUsernameGenerated: false,
      email: 'susan@example.com',
      emailVerifiedAt: new Date('2024-01-03'),
      pendingEmail: null,
      passwordHash: hash,
      passwordChangedAt: null,
      role: 'admin',
      isActive: false,
      createdAt: new Date('2024-01-02'),
      updatedAt: new Date('2024-01-04'),
      deleteAfter: null,
      tokenTheftDetectedAt: null,
      scheme: 'scrypt',
    });
  });

  test('is active, created now, and without a password by default', async () => {
    expect((await validateOne({ username: 'sam' })).user).toMatchObject({
      id: null,
      email: null,
      passwordHash: unusablePasswordHash,
      role: 'user',
      isActive: true,
      createdAt: now,
      updatedAt: now,
    });
  });

  test.each([
    ['0190b51c33ab76c8b9bbf545d5b2fac1'],
    ['{0190B51C-33AB-76C8-B9BB-F545D5B2FAC1}'],
    [Buffer.from('0190b51c33ab76c8b9bbf545d5b2fac1', 'hex')],
  ])('keeps the UUID %s', async (id) => {
    expect((await validateOne({ username: 'sam', id })).user?.id).toBe(
      '0190b51c-33ab-76c8-b9bb-f545d5b2fac1',
    );
  });

  test.each([
    [{ banned_until: '2026-05-05' }, false],
    [{ banned_until: '9999-12-31 23:59:59.9999999 +00:00' }, false],
    [{ banned_until: 'infinity' }, false],
    [{ banned_until: '2026-05-03' }, true],
    [{ banned_until: null }, true],
    [{ is_banned: 1, banned_until: '2026-05-03' }, true],
    [{ is_banned: 1, banned_until: '2026-05-05' }, false],
    [{ is_banned: 1, banned_until: null }, false],
    [{ is_disabled: [1], banned_until: '2026-05-03' }, false],
  ])('with %j on 2026-05-04 is active: %s', async (ban, isActive) => {
    expect((await validateOne({ username: 'sam', ...ban })).user?.isActive).toBe(isActive);
  });

  test('is an administrator by a listed role, a role elsewhere, or a named one', async () => {
    const roleOf = async (...given: Parameters<typeof validateOne>) =>
      (await validateOne(...given)).user?.role;
    expect(await roleOf({ username: 'sam', role: ['editor', 'admin'] })).toBe('admin');
    expect(await roleOf({ username: 'sam', role: [{ id: 1, name: 'Admin' }] })).toBe('admin');
    expect(await roleOf({ username: 'sam', has_admin_role: 1 })).toBe('admin');
    expect(await roleOf({ username: 'sam', role: 1 }, { adminRoles: ['1'] })).toBe('admin');
    expect(await roleOf({ username: 'sam', role: 1 })).toBe('user');
  });

  test('loses a hash that is too long if unsupported ones are dropped', async () => {
    const long = { username: 'sam', password_hash: `scrypt:${'x'.repeat(300)}` };
    expect((await validateOne(long)).problem).toBe('password_hash: is longer than 255 characters');
    expect((await validateOne(long, { dropUnreadablePasswords: true })).user?.passwordHash).toBe('!');
  });

  test('gets a new id if the old one is not a UUID', async () => {
    expect((await validateOne({ username: 'sam', id: 17 })).user?.id).toBeNull();
  });

  test.each(['', null, '!', '!Kx93dkdkdkd', '*', 'NULL'])(
    'has no password if the hash is %j',
    async (stored) => {
      expect((await validateOne({ username: 'sam', password_hash: stored })).user).toMatchObject({
        passwordHash: unusablePasswordHash,
        scheme: 'no password',
      });
    },
  );

  test('is verified since its creation if the column is only a flag', async () => {
    const row = await validateOne({
      email: 'sam@example.com',
      email_verified_at: 1,
      created_at: '2024-01-02',
    });
    expect(row.user?.emailVerifiedAt).toEqual(new Date('2024-01-02'));
    const unverified = await validateOne({ email: 'sam@example.com', email_verified_at: false });
    expect(unverified.user?.emailVerifiedAt).toBeNull();
  });

  test('is disabled if any of several columns is set', async () => {
    const isActive = async (...is_disabled: unknown[]) =>
      (await validateOne({ username: 'sam', is_active: true, is_disabled })).user?.isActive;
    expect(await isActive(0, null, '')).toBe(true);
    expect(await isActive(0, '2026-01-01 10:00:00')).toBe(false);
    expect(await isActive('t')).toBe(false);
  });
});

describe('a bad row', () => {
  test.each([
    [{ username: 'su\u0000san' }, 'username has control characters or invisible characters'],
    [{ username: 'su\u200Bsan' }, 'username has control characters or invisible characters'],
    [{ username: 'su\nsan' }, 'username has control characters or invisible characters'],
    [{ username: 'm\uFFFDyra' }, 'username is not valid UTF-8'],
    [{ username: 'm\uD800yra' }, 'username is not valid UTF-8'],
    [{ username: 'x'.repeat(65) }, 'username is longer than 64 characters'],
    [{ username: ['susan'] }, 'username is not text'],
    [{ email: 'susan' }, 'email is not an address like name@example.com'],
    [{ email: 'a@b, c@d' }, 'email is not an address like name@example.com'],
    [{ email: `a@${'x'.repeat(300)}` }, 'email is longer than 254 characters'],
    [{ username: ' ', email: '' }, 'has neither a user name nor an e-mail address'],
    [{ username: 'sam', created_at: 'May' }, 'created_at is not a date and time like 2026-01-31 12:00:00'],
    [
      { username: 'sam', is_active: 'perhaps', is_admin: 2 },
      'is_admin is not yes or no; is_active is not yes or no',
    ],
  ])('is reported with its problem: %j', async (source, problem) => {
    expect((await validateOne(source)).problem).toBe(problem);
  });

  test('is reported with its user name or e-mail address', async () => {
    const email = 'susan@example.com';
    expect(await validateOne({ username: 'su\u0007san', email })).toMatchObject({ who: 'su\uFFFDsan' });
    expect(await validateOne({ email, created_at: 'soon' })).toMatchObject({ who: email });
  });

  test('is reported without a user name if its values may be those of other columns', async () => {
    expect(await validateOne({ username: 'su\u0007san' })).toMatchObject({ who: null });
    expect(await validateOne({ username: 'susan', email: 'a@b@c' })).toMatchObject({ who: null });
  });

  test('is reported without its password hash', async () => {
    const secret = 'tiger-in-plain-text';
    for (const stored of [secret, secret.repeat(20), `${secret}\u0000`]) {
      const row = await validateOne({ username: 'sam', password_hash: stored });
      expect(row.problem).toMatch(/^password_hash/);
      expect(JSON.stringify(row)).not.toContain('tiger');
    }
  });
});

test('an unsupported password hash can be dropped', async () => {
  const row = await validateOne(
    { username: 'sam', password_hash: 'who knows' },
    { dropUnreadablePasswords: true },
  );
  expect(row.user).toMatchObject({
    passwordHash: unusablePasswordHash,
    scheme: 'dropped: format not supported',
  });
});

test.each([
  ['susan@example.com', 'susan'],
  ['Susan.Müller+news@example.com', 'Susan.Müller-news'],
  ['.dots@example.com', 'dots'],
  ['!#$%@example.com', 'user'],
  [`${'x'.repeat(60)}@example.com`, 'x'.repeat(54)],
])('suggestUsername(%j) returns %j', (email, username) => {
  expect(suggestUsername(email)).toBe(username);
});

test.each([
  'admin',
  'Administrator',
  'user,admin',
  '["ROLE_ADMIN"]',
  '{user,super_admin}',
  'a:1:{s:13:"administrator";b:1;}',
])('hasAdminRole(%j) is true', (roles) => {
  expect(hasAdminRole(roles)).toBe(true);
});

test.each([
  'user',
  'billing_admin',
  'adminish',
  'no admin-rights',
  '1',
  'a:1:{s:13:"administrator";b:0;}',
  'a:1:{s:10:"subscriber";b:1;}',
])('hasAdminRole(%j) is false', (roles) => {
  expect(hasAdminRole(roles)).toBe(false);
});
