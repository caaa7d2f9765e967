import { describe, expect, test } from 'vitest';
import { noPassword } from './incoming-user.ts';
import { saysAdmin } from './roles.ts';
import { suggestedUsername } from './suggested-username.ts';
import { incoming, now } from './testing.ts';

const hash = 'scrypt:32768:8:1$salt$00';

describe('a user who moves in', () => {
  test('is what the columns say', async () => {
    const row = await incoming({
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
      isUsernameMade: false,
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

  test('is an active user of today, with no password, where the columns say nothing', async () => {
    expect((await incoming({ username: 'sam' })).user).toMatchObject({
      id: null,
      email: null,
      passwordHash: noPassword,
      role: 'user',
      isActive: true,
      createdAt: now,
      updatedAt: now,
    });
  });

  test('has an id of its own unless it was a UUID', async () => {
    expect((await incoming({ username: 'sam', id: 17 })).user?.id).toBeNull();
  });

  test.each(['', null, '!', '!Kx93dkdkdkd', '*', 'NULL'])(
    'has no password when %j is stored',
    async (stored) => {
      expect((await incoming({ username: 'sam', password_hash: stored })).user).toMatchObject({
        passwordHash: noPassword,
        scheme: 'no password',
      });
    },
  );

  test('is verified since the account began where the system notes only that they are', async () => {
    const row = await incoming({ email: 'sam@example.com', email_verified_at: 1, created_at: '2024-01-02' });
    expect(row.user?.emailVerifiedAt).toEqual(new Date('2024-01-02'));
    const unverified = await incoming({ email: 'sam@example.com', email_verified_at: false });
    expect(unverified.user?.emailVerifiedAt).toBeNull();
  });

  test('is disabled when any column says so', async () => {
    const isActive = async (...is_disabled: unknown[]) =>
      (await incoming({ username: 'sam', is_active: true, is_disabled })).user?.isActive;
    expect(await isActive(0, null, '')).toBe(true);
    expect(await isActive(0, '2026-01-01 10:00:00')).toBe(false);
    expect(await isActive('t')).toBe(false);
  });
});

describe('a bad row says what is wrong with it', () => {
  test.each([
    [{ username: 'su\u0000san' }, 'username has control characters, or characters that cannot be seen'],
    [{ username: 'su\u200Bsan' }, 'username has control characters, or characters that cannot be seen'],
    [{ username: 'su\nsan' }, 'username has control characters, or characters that cannot be seen'],
    [{ username: 'm\uFFFDyra' }, 'username is not valid UTF-8'],
    [{ username: 'm\uD800yra' }, 'username is not valid UTF-8'],
    [{ username: 'x'.repeat(65) }, 'username is longer than 64 characters'],
    [{ username: ['susan'] }, 'username is no text'],
    [{ email: 'susan' }, 'email is "susan"; expected an address like name@example.com'],
    [{ email: 'a@b, c@d' }, 'email is "a@b, c@d"; expected an address like name@example.com'],
    [{ email: `a@${'x'.repeat(300)}` }, 'email is longer than 254 characters'],
    [{ username: ' ', email: '' }, 'has neither a user name nor an e-mail address'],
    [
      { username: 'sam', created_at: 'May' },
      'created_at is "May"; expected a date and time like 2026-01-31 12:00:00',
    ],
    [
      { username: 'sam', is_active: 'perhaps', is_admin: 2 },
      'is_admin is "2"; expected yes or no; is_active is "perhaps"; expected yes or no',
    ],
  ])('%j', async (source, problem) => {
    expect((await incoming(source)).problem).toBe(problem);
  });

  test('and whose it is', async () => {
    expect(await incoming({ username: 'su\u0007san' })).toMatchObject({ who: 'su\uFFFDsan' });
    expect(await incoming({ email: 'a@b@c' })).toMatchObject({ who: 'a@b@c' });
  });

  test('and never what is stored as a password', async () => {
    const secret = 'tiger-in-plain-text';
    for (const stored of [secret, secret.repeat(20), `${secret}\u0000`]) {
      const row = await incoming({ username: 'sam', password_hash: stored });
      expect(row.problem).toMatch(/^password_hash/);
      expect(JSON.stringify(row)).not.toContain('tiger');
    }
  });
});

test('a password that cannot be read may be left behind', async () => {
  const row = await incoming(
    { username: 'sam', password_hash: 'who knows' },
    { leavesUnreadablePasswords: true },
  );
  expect(row.user).toMatchObject({ passwordHash: noPassword, scheme: 'left behind: could not be read' });
});

test.each([
  ['susan@example.com', 'susan'],
  ['Susan.Müller+news@example.com', 'Susan.Müller-news'],
  ['.dots@example.com', 'dots'],
  ['!#$%@example.com', 'user'],
  [`${'x'.repeat(60)}@example.com`, 'x'.repeat(54)],
])('%s gets the user name %s', (email, username) => {
  expect(suggestedUsername(email)).toBe(username);
});

test.each([
  'admin',
  'Administrator',
  'user,admin',
  '["ROLE_ADMIN"]',
  '{user,super_admin}',
  'a:1:{s:13:"administrator";b:1;}',
])('the role %s is an administrator', (roles) => {
  expect(saysAdmin(roles)).toBe(true);
});

test.each([
  'user',
  'billing_admin',
  'adminish',
  'no admin-rights',
  '1',
  'a:1:{s:13:"administrator";b:0;}',
  'a:1:{s:10:"subscriber";b:1;}',
])('the role %s is none', (roles) => {
  expect(saysAdmin(roles)).toBe(false);
});
