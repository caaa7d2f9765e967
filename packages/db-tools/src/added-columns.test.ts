import { join } from 'node:path';
import { type Database, openDatabase, User } from '@latchkey/db';
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
`;

/** With a value in each of them. */
const susan = {
  username: 'susan',
  order: 'first',
  locale: 'de',
  trialEndsAt: new Date('2026-05-01T10:00:00.125Z'),
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
    const { add } = await openFactories(source.database);
    await add(User, susan);
    await copyDatabase(source.database, target.database);
    expect(await target.database.em().find(User, {})).toMatchObject([susan]);
  });

  test('are in a portable backup', async () => {
    const { temporary, database } = await emptyDatabase();
    const { add } = await openFactories(database);
    await add(User, susan);
    await database.close();

    const file = join(temporary.folder, 'users.backup');
    await backupDatabase(temporary.url, file, { ...application.folders, portable: true });
    await restoreDatabase(temporary.url, file, application.folders);
    const restored = await open(temporary);
    expect(await restored.em().find(User, {})).toMatchObject([susan]);
  });
});
