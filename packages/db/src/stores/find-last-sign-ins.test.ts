import { expect, test } from 'vitest';
import { openDatabase } from '../connection/open-database.ts';
import { SecurityEvent } from '../entities/index.ts';
import { createTables, createTemporaryDatabase } from '../testing.ts';
import { findLastSignIns } from './find-last-sign-ins.ts';
import { createUserStore } from './user-store.ts';

test('the last sign-in of each user is found, and no other event', async () => {
  const temporary = await createTemporaryDatabase();
  const database = await openDatabase(temporary.url);
  try {
    await createTables(database);
    const users = createUserStore(database);
    const create = async (username: string) =>
      (await users.create({ username, email: null, passwordHash: 'hash' })).id;
    const [susan, sam, jack] = [await create('susan'), await create('sam'), await create('jack')];
    const add = (user: string, kind: string, at: string) =>
      database.transactional(async (em) => {
        em.create(SecurityEvent, { user, kind, at: new Date(at), userAgent: '' });
        await em.flush();
      });
    await add(susan, 'signed_in', '2026-01-01T00:00:00.001Z');
    await add(susan, 'signed_in', '2026-01-02T00:00:00.002Z');
    await add(susan, 'signed_out', '2026-01-03T00:00:00.000Z');
    await add(sam, 'signed_out', '2026-01-03T00:00:00.000Z');
    expect(await findLastSignIns(database, [susan, sam, jack])).toEqual(
      new Map([[susan, new Date('2026-01-02T00:00:00.002Z')]]),
    );
    expect(await findLastSignIns(database, [])).toEqual(new Map());
  } finally {
    await database.close();
    await temporary.remove();
  }
});
