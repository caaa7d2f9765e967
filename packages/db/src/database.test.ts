import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DatabaseError } from './database-error.ts';
import { demoUsers, seedDemoUsers } from './demo-users.ts';
import { Session, User } from './entities/index.ts';
import { currentRevision, isUpToDate, upgrade } from './migrating/index.ts';
import type { Database } from './database.ts';
import { openDatabase } from './open-database.ts';
import { temporaryDatabase } from './testing.ts';
import { createUserStore } from './user-store.ts';

let place: Awaited<ReturnType<typeof temporaryDatabase>>;
const opened: Database[] = [];

async function open(url = place.url): Promise<Database> {
  const database = await openDatabase(url);
  opened.push(database);
  return database;
}

/** Upgrades and seeds a database like a server that starts; answers how many migrations and users were its doing. */
async function inAnotherProcess(url: string): Promise<{ migrations: number; users: number }> {
  const script = `
    import { openDatabase, seedDemoUsers, upgrade } from ${JSON.stringify(import.meta.resolve('./index.ts'))};
    const database = await openDatabase(${JSON.stringify(url)});
    const migrations = (await upgrade(database)).length;
    const users = await seedDemoUsers(database, async (password) => 'hash of ' + password);
    await database.close();
    console.log(JSON.stringify({ migrations, users }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  return JSON.parse(stdout) as { migrations: number; users: number };
}

const reasonOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof DatabaseError ? error.reason : error;
};

beforeEach(async () => {
  place = await temporaryDatabase();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await place.remove();
});

describe('migrations', () => {
  test('run twice do nothing the second time', async () => {
    const database = await open();
    await upgrade(database);
    expect(await upgrade(database)).toEqual([]);
    expect(await isUpToDate(database)).toBe(true);
  });

  test('started by several processes at once run once, and so are the demo users added', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => inAnotherProcess(place.url)));
    expect(answers.filter(({ migrations }) => migrations > 0)).toHaveLength(1);
    expect(answers.map(({ users }) => users).toSorted()).toEqual([0, 0, 0, demoUsers.length]);

    const database = await open();
    expect(await isUpToDate(database)).toBe(true);
    expect(await createUserStore(database).list()).toHaveLength(demoUsers.length);
  });

  test('refuse a database of another application, and leave it as it was', async () => {
    const database = await open();
    const connection = database.orm.em.getConnection();
    await connection.execute('create table users (id integer primary key, name text)');
    await connection.execute("insert into users values (1, 'somebody')");
    expect(await reasonOf(upgrade(database))).toBe('foreign_tables');
    expect(await connection.execute('select * from users')).toEqual([{ id: 1, name: 'somebody' }]);
    expect(await currentRevision(database)).toBeNull();
  });

  test('refuse a database that a newer version has changed', async () => {
    const database = await open();
    await upgrade(database);
    await database.orm.migrator.logMigration('Migration29990101000000_from_the_future');
    expect(await reasonOf(upgrade(database))).toBe('newer_schema');
    expect(await isUpToDate(database)).toBe(false);
  });

  test.each(['sqlite', 'postgresql', 'mysql'])('of %s each have a down', async (engine) => {
    const folder = join(import.meta.dirname, 'migrations', engine);
    const files = (await readdir(folder)).filter((file) => file.endsWith('.ts'));
    expect(files).not.toHaveLength(0);
    for (const file of files)
      expect(await readFile(join(folder, file), 'utf8')).toMatch(/override down\(\)[^{]*\{\s*this\.addSql/);
  });

  test('have the same names on every engine', async () => {
    const names = await Promise.all(
      ['sqlite', 'postgresql', 'mysql'].map(async (engine) =>
        (await readdir(join(import.meta.dirname, 'migrations', engine))).filter((file) =>
          file.endsWith('.ts'),
        ),
      ),
    );
    expect(names[1]).toEqual(names[0]);
    expect(names[2]).toEqual(names[0]);
  });
});

describe('users', () => {
  const marigold = { username: 'Marigold', email: 'Marigold@Example.com', passwordHash: 'hash' };

  async function store() {
    const database = await open();
    await upgrade(database);
    return { database, users: createUserStore(database) };
  }

  test('are found by user name or address, whatever the case', async () => {
    const { users } = await store();
    const { id } = await users.create(marigold);
    for (const login of [
      'marigold',
      'MARIGOLD',
      ' marigold ',
      'ｍａｒｉｇｏｌｄ',
      'marigold@example.com',
      'MARIGOLD@EXAMPLE.COM',
    ]) {
      expect((await users.findByLogin(login))?.id, login).toBe(id);
    }
    expect(await users.findByLogin('mari')).toBeNull();
    for (const login of ['', 'mari\u0000gold', '\ud800', "' or 1=1 --", '%'])
      expect(await users.findByLogin(login)).toBeNull();
  });

  test('keep their name as they wrote it', async () => {
    const { users } = await store();
    expect(await users.create({ ...marigold, username: 'Zoë' })).toMatchObject({
      username: 'Zoë',
      role: 'user',
      isActive: true,
    });
  });

  test('cannot take a name that differs by case only: the database decides', async () => {
    const { users } = await store();
    await users.create(marigold);
    const again = users.create({ ...marigold, username: 'MARIGOLD', email: 'other@example.com' });
    expect(await reasonOf(again)).toBe('username_taken');
  });

  test('of one name registered at the same time are one', async () => {
    const { users } = await store();
    const all = await Promise.allSettled(
      Array.from({ length: 5 }, (_, i) => users.create({ ...marigold, email: `m${i}@example.com` })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('may give an address that is somebody else’s, and do not get to sign in with it', async () => {
    const { users } = await store();
    const owner = await users.create(marigold);
    const second = await users.create({ ...marigold, username: 'second' });
    expect(second).toMatchObject({ email: null, pendingEmail: marigold.email });
    expect((await users.findByLogin(marigold.email))?.id).toBe(owner.id);
  });

  test('who confirm one address at the same moment are told apart: one of them has it', async () => {
    const { users } = await store();
    const both = [
      await users.create({ ...marigold, username: 'first', email: null }),
      await users.create({ ...marigold, username: 'second', email: null }),
    ];
    const confirmed = await Promise.all(both.map(({ id }) => users.confirmEmail(id, marigold.email)));
    expect(confirmed.toSorted()).toEqual([false, true]);
    expect((await users.findByEmail(marigold.email))?.id).toBe(both[confirmed.indexOf(true)]?.id);
  });

  test('can be disabled and enabled', async () => {
    const { users } = await store();
    const { id } = await users.create(marigold);
    expect(await users.setActive(id, false)).toBe(true);
    expect((await users.findById(id))?.isActive).toBe(false);
    expect(await users.setActive('nobody', false)).toBe(false);
  });

  test('take their sessions with them when they go', async () => {
    const { database, users } = await store();
    const { id } = await users.create(marigold);
    const em = database.em();
    em.create(Session, {
      id: 'a'.repeat(64),
      user: id,
      expiresAt: new Date(),
      createdAt: new Date(),
      lastSeenAt: new Date(),
      freshUntil: new Date(),
      mustRotate: false,
      userAgent: '',
    });
    await em.flush();
    await database.em().nativeDelete(User, { id });
    expect(await database.em().count(Session)).toBe(0);
  });

  test('of the demo come to an empty database only, and susan is the admin', async () => {
    const { database, users } = await store();
    const hash = (password: string) => Promise.resolve(`hash of ${password}`);
    expect(await seedDemoUsers(database, hash)).toBe(demoUsers.length);
    expect(await seedDemoUsers(database, hash)).toBe(0);
    expect(
      (await users.list()).filter(({ role }) => role === 'admin').map(({ username }) => username),
    ).toEqual(['susan']);
  });
});
