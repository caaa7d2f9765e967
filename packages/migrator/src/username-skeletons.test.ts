import { openDatabase, type Database, User } from '@latchkey/db';
import { createTemporaryDatabase, type TemporaryDatabase } from '@latchkey/db/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { downgrade, upgrade } from './index.ts';

let temporary: TemporaryDatabase;
let database: Database;
beforeEach(async () => {
  temporary = await createTemporaryDatabase();
  database = await openDatabase(temporary.url);
  await upgrade(database);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await database.close();
  await temporary.remove();
});

test('an upgrade keeps existing names that look alike, and names the newer one', async () => {
  const em = database.em();
  for (const [index, username] of ['copa', 'сора', 'иван', 'Zoë'].entries()) {
    const createdAt = new Date(Date.UTC(2026, 0, index + 1));
    em.create(User, {
      username,
      email: null,
      passwordHash: '!',
      createdAt,
      usernameSkeleton: `old ${index}`,
    });
  }
  await em.flush();
  await downgrade(database, 'Migration20261128123912');
  const warning = vi.spyOn(process, 'emitWarning').mockReturnValue();
  await upgrade(database);
  expect(warning.mock.calls).toEqual([['1 user name looks like another one: сора (like copa).']]);
  const users = await database.em().find(User, {}, { orderBy: { createdAt: 'asc' } });
  const skeletons = users.map(({ usernameSkeleton }) => usernameSkeleton ?? null);
  expect(skeletons).toEqual(['copa', null, expect.any(String), 'zoë']);
});
