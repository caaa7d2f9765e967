import { readConfig } from '@latchkey/config';
import { openDatabase } from '@latchkey/db';
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
