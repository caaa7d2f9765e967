import { readConfig } from '@latchkey/config';
import { openDatabase, upgrade } from '@latchkey/db';
import { temporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApi } from './start-api.ts';

let place: TemporaryDatabase;
beforeEach(async () => {
  place = await temporaryDatabase();
});
afterEach(() => place.remove());

/** A database of this version, after which somebody has done something to it. */
async function changedBy(...statements: string[]): Promise<void> {
  const database = await openDatabase(place.url);
  await upgrade(database);
  for (const sql of statements) await database.orm.em.getConnection().execute(sql);
  await database.close();
}

const start = () =>
  startApi(readConfig({ DATABASE_URL: place.url, PORT: '0', LOG_LEVEL: 'silent', SEED_DEMO: 'false' }), 3000);

describe('the site does not start', () => {
  test('on a database that a newer version has changed', async () => {
    await changedBy("insert into migrations (name) values ('Migration29990101000000_from_tomorrow')");
    await expect(start()).rejects.toMatchObject({
      reason: 'newer_schema',
      message: expect.stringContaining('Migration29990101000000_from_tomorrow'),
    });
  });

  test('on a database into which a copy has not come to its end', async () => {
    await changedBy(
      'create table copy_progress (name varchar(255) not null primary key, last_key text null, copied integer not null, is_done integer not null)',
      "insert into copy_progress (name, last_key, copied, is_done) values ('(source)', 'db.example:5432/app', 0, 0)",
    );
    await expect(start()).rejects.toMatchObject({
      reason: 'interrupted_copy',
      message: expect.stringContaining('db.example:5432/app'),
    });
  });

  test('and does where there is nothing of the kind', async () => {
    await changedBy();
    const api = await start();
    await api.stop();
  });
});
