import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createUserStore, type Database, exportUsers, listUsers, openDatabase } from '@latchkey/db';
import { temporaryDatabase } from '@latchkey/db/testing';
import { upgrade } from '@latchkey/migrator';
import type { ImportedUser, ImportRow } from './import-row.ts';
import { ImportError, planImport, type PlannedImport } from './import-users.ts';

let place: Awaited<ReturnType<typeof temporaryDatabase>>;
let database: Database;
const plans: PlannedImport[] = [];

beforeEach(async () => {
  place = await temporaryDatabase();
  database = await openDatabase(place.url);
  await upgrade(database);
});
afterEach(async () => {
  for (const plan of plans.splice(0)) plan.close();
  await database.close();
  await place.remove();
});

const longAgo = new Date('2024-01-02T03:04:05.678Z');

const someone = (given: Partial<ImportedUser>): ImportedUser => ({
  id: null,
  username: 'susan',
  isUsernameMade: false,
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
});

const byEmail = (email: string) =>
  someone({ username: email.split('@')[0] ?? '', isUsernameMade: true, email });

async function plan(...users: ImportedUser[]): Promise<PlannedImport> {
  async function* rows(): AsyncGenerator<ImportRow[]> {
    yield users.map((user, index) => ({ line: index + 2, user }));
  }
  const planned = await planImport(database, rows(), { unit: 'line' });
  plans.push(planned);
  return planned;
}

const move = async (...users: ImportedUser[]) => (await plan(...users)).write();

const problems = async (...users: ImportedUser[]) =>
  [...(await plan(...users)).problems()].map(({ line, problem }) => `${line}: ${problem}`);

async function everybody() {
  const all = [];
  for await (const some of exportUsers(database)) all.push(...some);
  return all;
}

const usernames = async () => (await everybody()).map(({ username }) => username);

describe('moving in', () => {
  test('writes everything about a user as it was', async () => {
    const whole = someone({
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
    await move(whole);
    const { scheme, isUsernameMade, ...expected } = whole;
    expect(await everybody()).toEqual([expected]);
    const users = createUserStore(database);
    expect(await users.findByLogin('SÜSAN B.')).toMatchObject({ id: whole.id });
    expect(await users.findByLogin('susan@example.COM')).toMatchObject({ id: whole.id });

    await move(someone({ username: 'sam', pendingEmail: 'Sam@example.com' }));
    expect(await users.findByPendingEmail('sam@EXAMPLE.com', 2)).toMatchObject([{ username: 'sam' }]);
  });

  test('writes nothing before it is told to', async () => {
    const planned = await plan(someone({}));
    expect(planned.counts).toMatchObject({ new: 1, alreadyThere: 0, bad: 0 });
    expect(await everybody()).toEqual([]);
    expect(await planned.write()).toBe(1);
  });

  test('twice adds nothing the second time', async () => {
    const users = [
      someone({ email: 'susan@example.com' }),
      byEmail('sam@example.com'),
      byEmail('sam@example.org'),
    ];
    expect(await move(...users)).toBe(3);
    const planned = await plan(...users);
    expect(planned.counts).toMatchObject({ new: 0, alreadyThere: 3, otherEmailThere: 0, bad: 0 });
    expect(await planned.write()).toBe(0);
  });

  test('changes nothing of those who are there, and says when theirs is another address', async () => {
    await move(someone({ email: 'susan@example.com', role: 'admin' }));
    const planned = await plan(
      someone({ username: 'SUSAN', email: 'thief@example.com', passwordHash: 'mine' }),
    );
    expect(planned.counts).toMatchObject({ new: 0, alreadyThere: 1, otherEmailThere: 1 });
    await planned.write();
    expect(await everybody()).toMatchObject([
      { email: 'susan@example.com', role: 'admin', passwordHash: '!' },
    ]);
  });

  test('adds all of them or none, when somebody was quicker', async () => {
    const planned = await plan(someone({ username: 'sam' }), someone({ username: 'susan' }));
    await createUserStore(database).create({ username: 'Susan', email: null, passwordHash: 'x' });
    await expect(planned.write()).rejects.toThrow(ImportError);
    expect(await usernames()).toEqual(['Susan']);
  });

  test('counts what is new', async () => {
    await move(someone({ username: 'old', scheme: 'bcrypt' }));
    const { counts } = await plan(
      someone({ username: 'a', scheme: 'scrypt', role: 'admin' }),
      someone({ username: 'b', scheme: 'scrypt', isActive: false }),
      byEmail('c@example.com'),
      someone({ username: 'old', scheme: 'bcrypt' }),
    );
    expect(counts).toEqual({
      new: 3,
      alreadyThere: 1,
      otherEmailThere: 0,
      bad: 0,
      admins: 1,
      disabled: 1,
      madeUsernames: 1,
      schemes: [
        { scheme: 'scrypt', users: 2 },
        { scheme: 'none', users: 1 },
      ],
    });
  });
});

describe('a row is bad', () => {
  test('that has the name, the address or the id of an earlier one', async () => {
    const id = '0190b51c-33ab-76c8-b9bb-f545d5b2fac1';
    expect(
      await problems(
        someone({ username: 'susan', email: 'a@example.com', id }),
        someone({ username: 'SUSAN', email: 'b@example.com' }),
        someone({ username: 'sam', email: 'A@Example.com' }),
        byEmail('a@example.com'),
        someone({ username: 'jack', id }),
      ),
    ).toEqual([
      '3: the user name is that of line 2',
      '4: the e-mail address is that of line 2',
      '5: the e-mail address is that of line 2',
      '6: the id is that of line 2',
    ]);
  });

  test('that has the address or the id of another user', async () => {
    const id = '0190b51c-33ab-76c8-b9bb-f545d5b2fac1';
    await move(someone({ email: 'susan@example.com', id }));
    expect(
      await problems(
        someone({ username: 'sam', email: 'SUSAN@example.com' }),
        someone({ username: 'jack', id }),
      ),
    ).toEqual([
      '2: the e-mail address is that of susan, who is here already',
      '3: the id is that of susan, who is here already',
    ]);
  });

  test('whose user name is the address of somebody else, so that only one could sign in by it', async () => {
    expect(
      await problems(
        someone({ username: 'susan@example.com' }),
        someone({ username: 'susan', email: 'susan@example.com' }),
        someone({ username: 'own@example.com', email: 'own@example.com' }),
      ),
    ).toEqual(['2: the user name is the e-mail address of line 3']);

    await move(
      someone({ username: 'sam', email: 'sam@example.com' }),
      someone({ username: 'jack@example.com' }),
    );
    expect(
      await problems(
        someone({ username: 'sam@example.com' }),
        someone({ username: 'jack', email: 'jack@example.com' }),
      ),
    ).toEqual([
      '2: the user name is the e-mail address of sam, who is here already',
      '3: the e-mail address is the user name of jack@example.com, who is here already',
    ]);
  });

  test('whose name is too long in the form in which names are compared', async () => {
    expect(await problems(someone({ username: '\uFDFA'.repeat(64) }))).toEqual([
      '2: the user name is too long in its normal form (NFKC)',
    ]);
  });

  test('and is left out of what is written', async () => {
    expect(await move(someone({}), someone({}), someone({ username: 'sam' }))).toBe(2);
    expect(await usernames()).toEqual(['susan', 'sam']);
  });
});

describe('a user name that is made from an address', () => {
  test('is made the only one, with a number', async () => {
    await move(
      byEmail('info@a.example'),
      byEmail('Info@b.example'),
      someone({ username: 'info2' }),
      byEmail('info@c.example'),
    );
    expect((await everybody()).map(({ username, email }) => [username, email])).toEqual([
      ['info', 'info@a.example'],
      ['Info3', 'Info@b.example'],
      ['info2', null],
      ['info4', 'info@c.example'],
    ]);
  });

  test('goes around those who are there, however many', async () => {
    await move(...Array.from({ length: 40 }, (_, index) => byEmail(`info@${index}.example`)));
    await move(byEmail('info@x.example'), byEmail('info@y.example'));
    const made = await usernames();
    expect(new Set(made).size).toBe(42);
    expect(made.slice(40)).toEqual([expect.stringMatching(/^info\d+$/), expect.stringMatching(/^info\d+$/)]);
  });
});

test('thousands of users are moved in and out in their order', async () => {
  const many = Array.from({ length: 2345 }, (_, index) => someone({ username: `user${index}` }));
  expect(await move(...many)).toBe(2345);
  expect(await usernames()).toEqual(many.map(({ username }) => username));
});

describe('a list of users', () => {
  const listed = async (which: Parameters<typeof listUsers>[1]) => {
    const found = [];
    for await (const some of listUsers(database, which)) found.push(...some.map(({ username }) => username));
    return found;
  };
  beforeEach(async () => {
    await move(
      someone({ username: 'Susan', email: 'susan@example.com', role: 'admin' }),
      someone({ username: 'john_doe', isActive: false }),
      someone({ username: 'johnxdoe', email: 'J%D@example.org' }),
      someone({ username: 'a\\b' }),
    );
  });

  test('is in the order of the user names', async () => {
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
  ])('has only those who are asked for: %j', async (which, found) => {
    expect(await listed(which)).toEqual(found);
  });
});
