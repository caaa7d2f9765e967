import { join } from 'node:path';
import {
  createSessionStore,
  createUserStore,
  type Database,
  exportAccount,
  exportUsers,
  openDatabase,
  Session,
  User,
} from '@latchkey/db';
import { runSql } from '@latchkey/db/sql';
import { createTemporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { upgrade } from '@latchkey/migrator';
import { extendApplication, type ExtendedApplication } from '@latchkey/migrator/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backupDatabase } from './backup/backup.ts';
import { restoreDatabase } from './backup/restore.ts';
import { copyDatabase } from './copy/copy-database.ts';
import { openFactories } from './seed/factories.ts';
import { seedUsers } from './seed/seed-users.ts';

/** Columns that a product adds to users. */
const extension = `
User.addProperty('order', 'string', { nullable: true, length: 20 });
User.addProperty('locale', 'string', { default: 'en', length: 8 });
User.addProperty('trialEndsAt', 'datetime', { nullable: true, length: 3 });
User.addProperty('points', 'bigint', { nullable: true });
User.addProperty('avatar', 'blob', { nullable: true });
User.addProperty('apiKey', 'string', { nullable: true, hidden: true, length: 20 });
const columns = { street: p.string().length(100).nullable(), movedAt: p.datetime(3).nullable() };
export const Address = defineEntity({ name: 'Address', embeddable: true, properties: columns });
User.addEmbedded('address', { entity: () => Address, nullable: true });
User.addEmbedded('billing', { entity: () => Address, nullable: true, object: true });
export const Region = defineEntity({ name: 'Region', properties: {
  country: p.string().length(2).primary(), code: p.integer().primary() } });
User.addManyToOne('region', 'Region', { entity: () => Region, nullable: true });
`;

/** With a value in each of them. */
const susan = {
  username: 'susan',
  order: 'first',
  locale: 'de',
  trialEndsAt: new Date('2026-05-01T10:00:00.125Z'),
  points: 9007199254740991n,
  avatar: Buffer.from([0, 255, 128]),
  address: { street: 'Main St 1', movedAt: new Date('2020-01-01T00:00:00.500Z') },
  billing: { street: 'Side St 2', movedAt: new Date('2021-01-01T00:00:00.000Z') },
};
const region = ['DE', 5];

/** Adds susan, with a value in each column. */
async function addSusan(database: Database): Promise<string> {
  await runSql(database, "insert into region (country, code) values ('DE', 5)");
  const { add } = await openFactories(database);
  // The cast: the type of `User` has none of these columns.
  const { id } = await add(User, { ...susan, region } as object);
  return id;
}

/** Susan as a record has the key of the region. */
const susansRecord = { ...susan, regionId: region };

const findUsers = async (database: Database): Promise<unknown[]> => {
  const users: unknown[] = [];
  for await (const page of exportUsers(database)) users.push(...page);
  return users;
};

let application: ExtendedApplication;
const temporaryDatabases: TemporaryDatabase[] = [];
const opened: Database[] = [];
beforeEach(async () => {
  application = await extendApplication(extension);
});
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
  for (const temporary of temporaryDatabases.splice(0)) await temporary.remove();
  await application.remove();
});

async function emptyDatabase(): Promise<{ temporary: TemporaryDatabase; database: Database }> {
  const temporary = await createTemporaryDatabase();
  temporaryDatabases.push(temporary);
  const database = await open(temporary);
  await upgrade(database);
  return { temporary, database };
}

async function open({ url }: TemporaryDatabase): Promise<Database> {
  const database = await openDatabase(url, application.folders);
  opened.push(database);
  return database;
}

describe('columns that were added to users', () => {
  test('get their defaults from the factory and from seeding', async () => {
    const { database } = await emptyDatabase();
    const { add } = await openFactories(database);
    expect(await add(User)).toMatchObject({ order: null, locale: 'en', trialEndsAt: null });
    const dayMs = 86_400_000;
    const lifetimes = {
      session: { idleMs: dayMs, lifetimeMs: dayMs },
      remember: { idleMs: dayMs, lifetimeMs: dayMs },
      freshMs: dayMs,
    };
    await seedUsers(database, { count: 20, seedNumber: 1, passwordHash: 'hash', lifetimes });
    const users = await database.em().find(User, {});
    expect(users).toMatchObject(Array.from({ length: 21 }, () => ({ locale: 'en' })));
  });

  test('are copied to another database', async () => {
    const [source, target] = [await emptyDatabase(), await emptyDatabase()];
    await addSusan(source.database);
    await copyDatabase(source.database, target.database);
    expect(await findUsers(target.database)).toMatchObject([susansRecord]);
  });

  test('are in a portable backup', async () => {
    const { temporary, database } = await emptyDatabase();
    await addSusan(database);
    await database.close();

    const file = join(temporary.folder, 'users.backup');
    await backupDatabase(temporary.url, file, { ...application.folders, portable: true });
    await restoreDatabase(temporary.url, file, application.folders);
    const restored = await open(temporary);
    expect(await findUsers(restored)).toMatchObject([susansRecord]);
  });

  test('are read with the user of a session', async () => {
    const { database } = await emptyDatabase();
    const user = await addSusan(database);
    const { add } = await openFactories(database);
    const { id } = await add(Session, { user });
    const found = await createSessionStore(database).findSessionAndUser(id);
    expect(found).toMatchObject({ user: susansRecord, session: { id, userId: user } });
  });

  test('without a value are null in the user of a session', async () => {
    const { database } = await emptyDatabase();
    const { add } = await openFactories(database);
    const { id, user } = await add(Session);
    const found = await createSessionStore(database).findSessionAndUser(id);
    expect(found?.user).toMatchObject({ address: null, billing: null, regionId: null, points: null });
    expect(found?.user).toMatchObject((await createUserStore(database).findById(user)) ?? {});
  });

  test('are in the data that a user exports, as JSON and without hidden ones', async () => {
    const { database } = await emptyDatabase();
    const { account } = await exportAccount(database, await addSusan(database));
    const exported = { ...susansRecord, points: '9007199254740991', avatar: 'AP+A' };
    expect(account).toMatchObject(exported);
    expect(() => JSON.stringify(account)).not.toThrow();
    expect(account).not.toHaveProperty('apiKey');
  });
});
