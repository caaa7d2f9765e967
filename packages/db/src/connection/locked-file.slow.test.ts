import { setImmediate } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, describe, test } from 'vitest';
import { toOutageError } from '../database-error.ts';
import { createTables, createTemporaryDatabase } from '../testing.ts';
import { createUserStore } from '../stores/user-store.ts';
import { openDatabase } from './open-database.ts';

describe('a file that another program locks', () => {
  const newUser = { username: 'marigold', email: null, passwordHash: 'hash' };

  async function locked() {
    const temporary = await createTemporaryDatabase('sqlite');
    onTestFinished(() => temporary.remove());
    const database = await openDatabase(temporary.url, { busyTimeoutMs: 0 });
    onTestFinished(() => database.close());
    await createTables(database);
    const other = new Sqlite(database.location);
    other.exec('begin immediate');
    return { users: createUserStore(database), other };
  }

  test('is written later, without blocking the process meanwhile', async () => {
    const { users, other } = await locked();
    const created = users.create(newUser);
    // A blocked process could not complete these rounds.
    for (let round = 0; round < 50; round += 1) await setImmediate();
    expect(await users.findByLogin('marigold')).toBeNull();
    other.exec('commit');
    expect((await created).username).toBe('marigold');
    other.close();
  });

  test('is an outage after the retries, until it is unlocked', async () => {
    const { users, other } = await locked();
    const error: unknown = await users.create(newUser).catch((reason: unknown) => reason);
    expect(toOutageError(error)?.reason).toBe('locked');
    other.exec('rollback');
    other.close();
    expect((await users.create(newUser)).username).toBe('marigold');
  });
});
