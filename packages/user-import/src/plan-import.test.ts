import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createUserStore, type Database, exportUsers, listUsers, openDatabase } from '@latchkey/db';
import type { TemporaryDatabase } from '@latchkey/db/testing';
import { createMigratedDatabase } from '@latchkey/migrator/testing';
import type { ImportedUser, ImportRow } from './import-row.ts';
import { planImport, type PlannedImport } from './plan-import.ts';

let temporary: TemporaryDatabase;
let database: Database;
const plans: PlannedImport[] = [];

beforeEach(async () => {
  temporary = await createMigratedDatabase();
  database = await openDatabase(temporary.url);
});
afterEach(async () => {
  for (const plan of plans.splice(0)) plan.close();
  await database.close();
  await temporary.remove();
});

const longAgo = new Date('2024-01-02T03:04:05.678Z');

/** Columns that are added to users are left out, and get their defaults. */
const userWith = (given: Partial<ImportedUser>) =>
  // The cast: see above.
  ({
    id: null,
    username: 'susan',
    isUsernameGenerated: false,
    email: null,
    emailVerifiedAt: null,
    pendingEmail: null,
    passwordHash: '!',
    passwordChangedAt: null,
    role: 'user',
    isActive: true,
    createdAt: longAgo,
    updatedAt: longAgo,
    deleteAfter: null,
    tokenTheftDetectedAt: null,
    scheme: 'none',
    ...given,
  }) as ImportedUser;

const userByEmail = (email: string) =>
  userWith({ username: email.split('@')[0] ?? '', isUsernameGenerated: true, email });

async function plan(...users: ImportedUser[]): Promise<PlannedImport> {
  async function* rows(): AsyncGenerator<ImportRow[]> {
    yield users.map((user, index) => ({ line: index + 2, user }));
  }
  const planned = await planImport(database, rows(), { unit: 'line' });
  plans.push(planned);
  return planned;
}

const importUsers = async (...users: ImportedUser[]) => (await plan(...users)).write();

const problems = async (...users: ImportedUser[]) =>
  [...(await plan(...users)).problems()].map(({ line, problem }) => `${line}: ${problem}`);

async function allUsers() {
  const all = [];
  for await (const page of exportUsers(database)) all.push(...page);
  return all;
}

const usernames = async () => (await allUsers()).map(({ username }) => username);

describe('an import', () => {
  test('writes all fields of a user', async () => {
    const whole = userWith({
      id: '0190b51c-33ab-76c8-b9bb-f545d5b2fac1',
      username: 'Süsan B.',
      email: 'Susan@Example.com',
      emailVerifiedAt: new Date('2024-01-03T00:00:00.001Z'),
      pendingEmail: 'Sue@example.com',
      passwordHash: 'scrypt:32768:8:1$salt$00',
      passwordChangedAt: new Date('2024-01-04T00:00:00.002Z'),
      role: 'admin',
      isActive: false,
      updatedAt: new Date('2024-01-05T00:00:00.003Z'),
      deleteAfter: new Date('2034-01-05T00:00:00.004Z'),
      tokenTheftDetectedAt: new Date('2024-01-06T00:00:00.005Z'),
    });
    await importUsers(whole);
    const { scheme, isUsernameGenerated, ...expected } = whole;
    expect(await allUsers()).toEqual([expected]);
    const users = createUserStore(database);
    expect(await users.findByLogin('SÜSAN B.')).toMatchObject({ id: whole.id });
    expect(await users.findByLogin('susan@example.COM')).toMatchObject({ id: whole.id });

    await importUsers(userWith({ username: 'sam', pendingEmail: 'Sam@example.com' }));
    expect(await users.findByWaitingEmail('sam@EXAMPLE.com', 2)).toMatchObject([{ username: 'sam' }]);
  });

  test('compares addresses by their mailbox, in every spelling of the domain', async () => {
    expect(
      await problems(
        userWith({ username: 'susan', email: 'x@münchen.example' }),
        userWith({ username: 'sam', email: 'X@xn--mnchen-3ya.example' }),
      ),
    ).toEqual(['3: same e-mail address as line 2']);
  });

  test('keeps user names that look like others, and lists them', async () => {
    await createUserStore(database).create({ username: 'сора', email: null, passwordHash: '!' });
    const planned = await plan(
      userWith({ username: 'copa' }),
      userWith({ username: 'ѕuѕan' }),
      userWith({ username: 'иван' }),
    );
    expect([...planned.confusableUsernames()]).toEqual(['ѕuѕan']);
    expect(await planned.write()).toBe(3);
    expect(await createUserStore(database).findByLogin('copa')).toMatchObject({ username: 'copa' });
  });

  test('writes nothing before write() is called', async () => {
    const planned = await plan(userWith({}));
    expect(planned.counts).toMatchObject({ new: 1, existing: 0, bad: 0 });
    expect(await allUsers()).toEqual([]);
    expect(await planned.write()).toBe(1);
  });

  test('adds no user the second time', async () => {
    const users = [
      userWith({ email: 'susan@example.com' }),
      userByEmail('sam@example.com'),
      userByEmail('sam@example.org'),
    ];
    expect(await importUsers(...users)).toBe(3);
    const planned = await plan(...users);
    expect(planned.counts).toMatchObject({ new: 0, existing: 3, existingWithOtherEmail: 0, bad: 0 });
    expect(await planned.write()).toBe(0);
  });

  test('leaves existing users unchanged, and counts those with another address', async () => {
    await importUsers(userWith({ email: 'susan@example.com', role: 'admin' }));
    const planned = await plan(
      userWith({ username: 'SUSAN', email: 'thief@example.com', passwordHash: 'mine' }),
    );
    expect(planned.counts).toMatchObject({ new: 0, existing: 1, existingWithOtherEmail: 1 });
    await planned.write();
    expect(await allUsers()).toMatchObject([
      { email: 'susan@example.com', role: 'admin', passwordHash: '!' },
    ]);
  });

  test('adds no user if a user name was taken after planning', async () => {
    const planned = await plan(userWith({ username: 'sam' }), userWith({ username: 'susan' }));
    await createUserStore(database).create({ username: 'Susan', email: null, passwordHash: 'x' });
    await expect(planned.write()).rejects.toMatchObject({ reason: 'identity_taken' });
    expect(await usernames()).toEqual(['Susan']);
  });

  test('counts new users', async () => {
    await importUsers(userWith({ username: 'old', scheme: 'bcrypt' }));
    const { counts } = await plan(
      userWith({ username: 'a', scheme: 'scrypt', role: 'admin' }),
      userWith({ username: 'b', scheme: 'scrypt', isActive: false }),
      userByEmail('c@example.com'),
      userWith({ username: 'old', scheme: 'bcrypt' }),
    );
    expect(counts).toEqual({
      new: 3,
      existing: 1,
      existingWithOtherEmail: 0,
      bad: 0,
      admins: 1,
      disabled: 1,
      generatedUsernames: 1,
      schemes: [
        { scheme: 'scrypt', users: 2, active: 1, unverified: 0 },
        { scheme: 'none', users: 1, active: 1, unverified: 1 },
      ],
    });
  });
});

describe('a row is rejected', () => {
  test('if an earlier row has its user name, address or id', async () => {
    const id = '0190b51c-33ab-76c8-b9bb-f545d5b2fac1';
    expect(
      await problems(
        userWith({ username: 'susan', email: 'a@example.com', id }),
        userWith({ username: 'SUSAN', email: 'b@example.com' }),
        userWith({ username: 'sam', email: 'A@Example.com' }),
        userByEmail('a@example.com'),
        userWith({ username: 'jack', id }),
      ),
    ).toEqual([
      '3: same user name as line 2',
      '4: same e-mail address as line 2',
      '5: same e-mail address as line 2',
      '6: same id as line 2',
    ]);
  });

  test('if an existing user has its address or id', async () => {
    const id = '0190b51c-33ab-76c8-b9bb-f545d5b2fac1';
    await importUsers(userWith({ email: 'susan@example.com', id }));
    expect(
      await problems(
        userWith({ username: 'sam', email: 'SUSAN@example.com' }),
        userWith({ username: 'jack', id }),
      ),
    ).toEqual([
      '2: e-mail address already belongs to the existing user susan',
      '3: id already belongs to the existing user susan',
    ]);
  });

  test('if its user name is the address of another user', async () => {
    expect(
      await problems(
        userWith({ username: 'susan@example.com' }),
        userWith({ username: 'susan', email: 'susan@example.com' }),
        userWith({ username: 'own@example.com', email: 'own@example.com' }),
      ),
    ).toEqual(['2: user name is the e-mail address of line 3']);

    await importUsers(
      userWith({ username: 'sam', email: 'sam@example.com' }),
      userWith({ username: 'jack@example.com' }),
    );
    expect(
      await problems(
        userWith({ username: 'sam@example.com' }),
        userWith({ username: 'jack', email: 'jack@example.com' }),
      ),
    ).toEqual([
      '2: user name is the e-mail address of the existing user sam',
      '3: e-mail address is the user name of the existing user jack@example.com',
    ]);
  });

  test('if its user name is too long after normalization', async () => {
    expect(await problems(userWith({ username: '\uFDFA'.repeat(64) }))).toEqual([
      '2: user name is too long after NFKC normalization',
    ]);
  });

  test('and is not written', async () => {
    expect(await importUsers(userWith({}), userWith({}), userWith({ username: 'sam' }))).toBe(2);
    expect(await usernames()).toEqual(['susan', 'sam']);
  });
});

describe('a generated user name', () => {
  test('gets a number if it is taken', async () => {
    await importUsers(
      userByEmail('info@a.example'),
      userByEmail('Info@b.example'),
      userWith({ username: 'info2' }),
      userByEmail('info@c.example'),
    );
    expect((await allUsers()).map(({ username, email }) => [username, email])).toEqual([
      ['info', 'info@a.example'],
      ['Info3', 'Info@b.example'],
      ['info2', null],
      ['info4', 'info@c.example'],
    ]);
  });

  test('gets a number that no existing user has', async () => {
    await importUsers(...Array.from({ length: 40 }, (_, index) => userByEmail(`info@${index}.example`)));
    await importUsers(userByEmail('info@x.example'), userByEmail('info@y.example'));
    const made = await usernames();
    expect(new Set(made).size).toBe(42);
    expect(made.slice(40)).toEqual([expect.stringMatching(/^info\d+$/), expect.stringMatching(/^info\d+$/)]);
  });
});

test('thousands of users are imported and exported in order', async () => {
  const many = Array.from({ length: 2345 }, (_, index) => userWith({ username: `user${index}` }));
  expect(await importUsers(...many)).toBe(2345);
  expect(await usernames()).toEqual(many.map(({ username }) => username));
});

describe('listUsers', () => {
  const listed = async (which: Parameters<typeof listUsers>[1]) => {
    const found = [];
    for await (const page of listUsers(database, which)) found.push(...page.map(({ username }) => username));
    return found;
  };
  beforeEach(async () => {
    await importUsers(
      userWith({ username: 'Susan', email: 'susan@example.com', role: 'admin' }),
      userWith({ username: 'john_doe', isActive: false }),
      userWith({ username: 'johnxdoe', email: 'J%D@example.org' }),
      userWith({ username: 'a\\b' }),
    );
  });

  test('orders users by user name', async () => {
    expect(await listed({})).toEqual(['a\\b', 'john_doe', 'johnxdoe', 'Susan']);
  });

  test.each([
    [{ role: 'admin' as const }, ['Susan']],
    [{ isActive: false }, ['john_doe']],
    [{ search: 'SUS' }, ['Susan']],
    [{ search: 'n_d' }, ['john_doe']],
    [{ search: 'j%d' }, ['johnxdoe']],
    [{ search: 'a\\b' }, ['a\\b']],
    [{ search: 'example', role: 'user' as const }, ['johnxdoe']],
  ])('filters users: %j', async (which, found) => {
    expect(await listed(which)).toEqual(found);
  });
});
