import { afterEach, beforeEach, expect, test } from 'vitest';
import { upgrade } from './migrating/index.ts';
import type { Database } from './database.ts';
import { openDatabase } from './open-database.ts';
import { temporaryDatabase } from './testing.ts';

let place: Awaited<ReturnType<typeof temporaryDatabase>>;
let database: Database;
beforeEach(async () => {
  place = await temporaryDatabase('sqlite');
  database = await openDatabase(place.url);
  await upgrade(database);
});
afterEach(async () => {
  await database.close();
  await place.remove();
});

test.each([
  ['sessions', 'expires_at'],
  ['sessions', 'last_seen_at'],
  ['remembered_browsers', 'expires_at'],
  ['remembered_browsers', 'last_seen_at'],
  ['mailed_links', 'expires_at'],
  ['users', 'delete_after'],
  ['outgoing_mails', 'created_at'],
  ['development_mails', 'sent_at'],
])('what is over in %s is found by an index on %s, not by reading all of it', async (table, column) => {
  const plan = await planOf(`select * from ${table} where ${column} < 1`);
  expect(plan.map(({ detail }) => detail).join()).toContain(`${table}_${column}_index`);
});

/** How SQLite goes about a query. */
const planOf = (sql: string): Promise<{ detail: string }[]> =>
  database.em().getConnection().execute(`explain query plan ${sql}`);
