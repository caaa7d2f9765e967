import { readConfig } from '@latchkey/config';
import { createUserStore, type Database, openDatabase, seedDemoUsers } from '@latchkey/db';
import { createPasswords } from '@latchkey/auth';
import { createTemporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { upgrade } from '@latchkey/migrator';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApi } from './start-api.ts';

let temporary: TemporaryDatabase;
beforeEach(async () => {
  temporary = await createTemporaryDatabase();
});
afterEach(() => temporary.remove());

/** Upgrades the database and executes these statements. */
async function prepareDatabase(...statements: string[]): Promise<void> {
  const database = await openDatabase(temporary.url);
  await upgrade(database);
  for (const sql of statements) await database.orm.em.getConnection().execute(sql);
  await database.close();
}

const start = () =>
  startApi(
    readConfig({ DATABASE_URL: temporary.url, PORT: '0', LOG_LEVEL: 'silent', SEED_DEMO: 'false' }),
    3000,
  );

describe('the API', () => {
  test('starts with a database of its version', async () => {
    await prepareDatabase();
    const api = await start();
    const response = await api.handle(new Request('http://localhost:3000/readyz'));
    expect([response.status, await response.text()]).toEqual([200, 'ready\n']);
    await api.stop();
  });

  test('refuses a database of a newer version', async () => {
    await prepareDatabase("insert into migrations (name) values ('Migration29990101000000_from_tomorrow')");
    await expect(start()).rejects.toMatchObject({
      reason: 'newer_schema',
      message: expect.stringContaining('Migration29990101000000_from_tomorrow'),
    });
  });

  test('refuses a database with an incomplete copy', async () => {
    await prepareDatabase(
      'create table copy_progress (name varchar(255) not null primary key, last_key text null, copied integer not null, is_done integer not null)',
      "insert into copy_progress (name, last_key, copied, is_done) values ('(source)', 'db.example:5432/app', 0, 0)",
    );
    await expect(start()).rejects.toMatchObject({
      reason: 'interrupted_copy',
      message: expect.stringContaining('db.example:5432/app'),
    });
  });
});

describe('in production', () => {
  const { hash } = createPasswords({ hashing: 'fast' });

  /** Changes the database with the demo users, and starts the API in production. */
  async function startWithDemoUsers(change: (database: Database) => Promise<void>) {
    await prepareDatabase();
    const database = await openDatabase(temporary.url);
    await seedDemoUsers(database, hash);
    await change(database);
    await database.close();
    const env = { NODE_ENV: 'production', ORIGIN: 'https://login.example.com', LOG_LEVEL: 'silent' };
    return startApi(readConfig({ ...env, DATABASE_URL: temporary.url, PORT: '0' }), 3000);
  }

  const changePasswords = async (database: Database, ...usernames: string[]) => {
    const users = createUserStore(database);
    for (const username of usernames) {
      const user = await users.findByLogin(username);
      await users.setPassword(user?.id ?? '', await hash('correct horse battery staple'));
    }
  };

  test('the API refuses a database with demo users, and names them', async () => {
    const started = startWithDemoUsers((database) =>
      changePasswords(database, 'bob', 'jack', 'mayra', 'sam'),
    );
    await expect(started).rejects.toMatchObject({
      reason: 'demo_users',
      message: expect.stringMatching(/: eric, susan\. .* pnpm users passwd eric\. /),
    });
  });

  test('the API starts when users with these names have other passwords', async () => {
    const api = await startWithDemoUsers((database) =>
      changePasswords(database, 'susan', 'sam', 'jack', 'eric', 'mayra', 'bob'),
    );
    await api.stop();
  });
});
